// One agent runtime: its options, its threads, its end.
import type { Account, Login, LoginRequest } from "./account/account.js";
import { checkLoginRequest } from "./account/login-request.js";
import { checkModelOptions } from "./account/models.js";
import type { ListModelsOptions, Model } from "./account/models.js";
import type { DoctorReport } from "./doctor/report.js";
import { notificationListener } from "./notifications/notification-listener.js";
import type { NotificationOf, NotificationType } from "./notifications/notifications.js";
import {
  checkCodexOptions,
  checkObserver,
  checkThreadId,
  isThreadId,
  readThreadOptions,
} from "./options/option-checks.js";
import type { CodexOptions, ThreadOptions } from "./options/options.js";
import { Thread } from "./thread/thread.js";
import { checkListOptions } from "./records/list-options.js";
import type { ListThreadsOptions } from "./records/list-options.js";
import { findThreadByName } from "./thread/find-thread.js";
import { ThreadList } from "./thread/thread-list.js";
import type { StoredThread } from "./records/turn-record.js";
import type { Method, ParamsArguments, ResultOf } from "./app-server/connection/json-rpc/methods.js";
import { checkPriced } from "./instruments/budget.js";
import { Instruments } from "./instruments/instruments.js";
import type { CodexObserver } from "./instruments/observer.js";
import { createTransport } from "./create-transport.js";
import { checkThreadName } from "./options/thread-name.js";
import { checkMethod } from "./options/request-method.js";
import type { Transport, TransportThread } from "./transport/transport.js";
import { TurnQueue } from "./transport/turn-queue.js";

export type {
  Method as RequestMethod,
  ParamsArguments as RequestArguments,
  ParamsOf as RequestParams,
  ResultOf as RequestResult,
} from "./app-server/connection/json-rpc/methods.js";

/** The Codex agent. Starts Codex when the first turn needs it, and keeps it warm for the turns that follow. */
export class Codex {
  readonly #transport: Transport;
  readonly #queue = new TurnQueue();
  readonly #instruments: Instruments;
  readonly #options: CodexOptions;

  /** @throws InvalidInputError for an unknown option or a value out of its list. */
  constructor(options: CodexOptions = {}) {
    checkCodexOptions(options);
    this.#options = { ...options };
    checkPriced(options.budget, options.prices !== undefined);
    this.#instruments = new Instruments(this.#options, () => this.#isOnPlan());
    this.#transport = createTransport(this.#options, {
      onStart: () => this.#instruments.codexStarted(),
      onMessage: (make) => this.#instruments.message(make),
    });
  }

  /**
   * Creates a thread. Codex starts it with its first turn.
   * @throws InvalidInputError for an unknown option or a value out of its list.
   * @throws UnsupportedError for options that this transport cannot serve.
   */
  startThread(options: ThreadOptions = {}): Thread {
    return this.#open(null, readThreadOptions(options));
  }

  /**
   * Opens a thread that was saved in CODEX_HOME, by this program or another. Options replace what was saved with the
   * thread; the rest stays as it was. (Over `exec`, Codex forgets the model and the directory: pass them again.)
   *
   * A name is looked up by the first call on the thread, whose `id` is null until then. That call rejects with
   * ThreadNotFoundError if no thread has the name or ID, and with InvalidInputError that lists the candidates if several
   * threads have the name.
   * @param idOrName - The thread's ID, or its exact name (`rename()`).
   * @throws InvalidInputError for an empty name, and for invalid options.
   */
  resumeThread(idOrName: string, options: ThreadOptions = {}): Thread {
    if (isThreadId(idOrName)) return this.#open(idOrName, readThreadOptions(options));
    checkThreadName(idOrName);
    const own = readThreadOptions(options);
    return this.#open(null, own, async () => this.#transport.openThread(await this.#idOf(idOrName), own));
  }

  /**
   * The thread of this working directory (`options.workingDirectory`, else the host's) that was used last.
   * @throws ThreadNotFoundError if no thread exists.
   */
  async resumeLastThread(options: ThreadOptions = {}): Promise<Thread> {
    const { workingDirectory } = readThreadOptions(options);
    const id = await this.#transport.lastThreadId(workingDirectory ?? process.cwd());
    return this.resumeThread(id, options);
  }

  /**
   * The conversations in CODEX_HOME, the last used first. Iterate over it, or take a `page()`.
   * @throws InvalidInputError for an unknown option or a value out of its list; UnsupportedError over `exec`.
   */
  listThreads(options: ListThreadsOptions = {}): ThreadList {
    checkListOptions(options);
    const own = { ...options };
    return new ThreadList((cursor) => this.#transport.management.threads.list(own, cursor), own.limit);
  }

  /**
   * Reads a thread and its turns, archived or not.
   *
   * @throws InvalidInputError if `id` is not a thread ID; ThreadNotFoundError; UnsupportedError over `exec`.
   */
  async readThread(id: string): Promise<StoredThread> {
    checkThreadId(id);
    return this.#transport.management.threads.read(id);
  }

  /**
   * The models that Codex offers.
   * @throws InvalidInputError; UnsupportedError over `exec`.
   */
  async listModels(options: ListModelsOptions = {}): Promise<Model[]> {
    checkModelOptions(options);
    return this.#transport.management.listModels({ ...options });
  }

  /**
   * Who pays for the model, and the limits as last seen. Changes come to `on("account.updated")` and
   * `on("account.rate_limits_updated")`.
   * @throws UnsupportedError over `exec`.
   */
  account(): Promise<Account> {
    return this.#transport.management.accounts.read();
  }

  /**
   * Begins a login, and gives what is needed to end it. With `apiKey` in the options of this `Codex` it is kept in memory
   * only; else where Codex keeps logins.
   * @throws InvalidInputError; UnauthorizedError when it cannot be begun; UnsupportedError over `exec`.
   */
  async login(request: LoginRequest): Promise<Login> {
    checkLoginRequest(request);
    return this.#transport.management.accounts.login({ ...request });
  }

  /** Deletes the stored login, on disk too. @throws UnsupportedError over `exec`. */
  logout(): Promise<void> {
    return this.#transport.management.accounts.logout();
  }

  /**
   * Watches the turns that start from now on, as the option `telemetry` watches all turns.
   *
   * @returns A function that unsubscribes. Turns that already run are watched to their end.
   * @throws InvalidInputError for an invalid observer.
   */
  observe(observer: CodexObserver): () => void {
    checkObserver(observer);
    return this.#instruments.observe(observer);
  }

  /**
   * Subscribes to notifications outside turns. This neither starts Codex nor keeps the program alive. `warm()` starts Codex.
   * An error that a listener throws becomes a process warning.
   *
   * @returns A function that unsubscribes.
   * @throws InvalidInputError for an unknown type; UnsupportedError over `exec`.
   */
  on<Type extends NotificationType>(type: Type, listener: (notification: NotificationOf<Type>) => unknown): () => void {
    return this.#transport.management.listen(notificationListener(type, listener));
  }

  /**
   * Sends a request of Codex's protocol, for features that the SDK does not wrap. The caller is responsible for its effects on
   * threads that the SDK runs.
   *
   * @throws InvalidInputError if Codex cannot parse the request; ProtocolError if Codex rejects it, with Codex's error as
   * `cause`; UnsupportedError over `exec`.
   */
  async request<M extends Method>(method: M, ...params: ParamsArguments<M>): Promise<ResultOf<M>> {
    checkMethod(method);
    // The protocol's types promise this answer to this method.
    return (await this.#transport.management.request(method, params[0])) as ResultOf<M>;
  }

  /**
   * Checks whether agents can work on this machine with these options: the binary, Node.js, CODEX_HOME, the sandbox,
   * git, credentials, the endpoint, MCP servers and the login shell. Starts a Codex process of its own, also over
   * `exec`, and ends it. Does not spend tokens. Resolves with what was found, failures included; it does not reject.
   */
  async doctor(): Promise<DoctorReport> {
    const { runDoctor } = await import("./doctor/doctor.js");
    const transport = createTransport({ ...this.#options, transport: "app-server" });
    try {
      return await runDoctor(this.#options, (method, params) => transport.management.request(method, params));
    } finally {
      await transport.close();
    }
  }

  /** Starts Codex now, so that the first turn need not wait for it. Does nothing over `exec`. */
  warm(): Promise<void> {
    return this.#transport.warm();
  }

  /** Interrupts all turns and ends Codex with everything it started. Idempotent; a closed `Codex` starts no more turns. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #open(id: string | null, options: ThreadOptions, find?: () => Promise<TransportThread>): Thread {
    const owner = { queue: this.#queue, instruments: this.#instruments };
    return new Thread(this.#transport, this.#transport.openThread(id, options), options, owner, { find });
  }

  /** Whether the account is not billed by token. */
  async #isOnPlan(): Promise<boolean> {
    if (this.#options.apiKey !== undefined || this.#options.transport === "exec") return false;
    const { type } = await this.account();
    return type === "chatgpt";
  }

  /** Codex's index of names is for app-server only: over exec, one is started for the search. */
  async #idOf(name: string): Promise<string> {
    if (this.#transport.name === "app-server") return findThreadByName((options) => this.listThreads(options), name);
    const lookup = new Codex({ ...this.#options, transport: "app-server" });
    try {
      return await lookup.#idOf(name);
    } finally {
      await lookup.close();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
