// `Codex`: creates threads and owns the connection to Codex.
import type { Account, Login, LoginRequest } from "./account/account.js";
import { checkLoginRequest } from "./account/login-request.js";
import { checkModelOptions } from "./account/models.js";
import type { ListModelsOptions, Model } from "./account/models.js";
import type { DoctorReport } from "./doctor/report.js";
import { notificationListener } from "./notifications/notification-listener.js";
import type { NotificationOf, NotificationType } from "./notifications/notifications.js";
import {
  checkCodexOptions,
  checkMethod,
  checkObserver,
  checkThreadId,
  checkThreadName,
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
import { checkPausable, checkPriced } from "./instruments/budget.js";
import { Instruments } from "./instruments/instruments.js";
import type { CodexObserver } from "./instruments/observer.js";
import { createTransport } from "./create-transport.js";
import type { Transport, TransportThread } from "./transport/transport.js";
import { TurnQueue } from "./transport/turn-queue.js";
import { hostDirectory } from "./validation/host-directory.js";

export type {
  Method as RequestMethod,
  ParamsArguments as RequestArguments,
  ParamsOf as RequestParams,
  ResultOf as RequestResult,
} from "./app-server/connection/json-rpc/methods.js";

/** The Codex agent. Codex is started by the first turn that needs it, and stays running for later turns. */
export class Codex {
  readonly #transport: Transport;
  readonly #queue = new TurnQueue();
  readonly #instruments: Instruments;
  readonly #options: CodexOptions;

  /** @throws InvalidInputError for an unknown option or an invalid value. */
  constructor(options: CodexOptions = {}) {
    checkCodexOptions(options);
    this.#options = { ...options };
    checkPriced(options.budget, options.prices !== undefined);
    checkPausable(options.budget, options.transport !== "exec");
    this.#instruments = new Instruments(this.#options, () => this.#isOnPlan());
    this.#transport = createTransport(this.#options, {
      onStart: () => this.#instruments.codexStarted(),
      onMessage: (make) => this.#instruments.message(make),
    });
  }

  /**
   * Creates a thread. Codex starts it with its first turn.
   * @throws InvalidInputError for an unknown option or an invalid value.
   * @throws UnsupportedError for options that the transport does not support.
   */
  startThread(options: ThreadOptions = {}): Thread {
    return this.#open(null, readThreadOptions(options));
  }

  /**
   * Opens a thread that this program or another one saved in CODEX_HOME or the store. Model, effort, approval policy and
   * directory are saved, and `options` replace them. The sandbox is not: without `sandboxMode`, the thread gets what the
   * configuration permits, which is read-only by default. Pass tools, handlers, MCP servers and `config` again. Over
   * `exec`, Codex does not save the model and the directory either.
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
   * Opens the thread of the working directory (`options.workingDirectory`, else the host's) that was used last.
   * @throws ThreadNotFoundError if no thread exists.
   */
  async resumeLastThread(options: ThreadOptions = {}): Promise<Thread> {
    const { workingDirectory } = readThreadOptions(options);
    const id = await this.#transport.lastThreadId(workingDirectory ?? hostDirectory());
    return this.resumeThread(id, options);
  }

  /**
   * Lists the threads in CODEX_HOME, the last used first. Iterate over the list, or call `page()`.
   * @throws InvalidInputError for an unknown option or an invalid value; UnsupportedError over `exec`.
   */
  listThreads(options: ListThreadsOptions = {}): ThreadList {
    checkListOptions(options);
    const own = { ...options };
    return new ThreadList((cursor) => this.#transport.management.threads.list(own, cursor), own.limit);
  }

  /**
   * Reads a thread and its turns, including archived threads.
   *
   * @throws InvalidInputError if `id` is not a thread ID; ThreadNotFoundError; UnsupportedError over `exec`.
   */
  async readThread(id: string): Promise<StoredThread> {
    checkThreadId(id);
    return this.#transport.management.threads.read(id);
  }

  /**
   * Lists the models that Codex offers.
   * @throws InvalidInputError; UnsupportedError over `exec`.
   */
  async listModels(options: ListModelsOptions = {}): Promise<Model[]> {
    checkModelOptions(options);
    return this.#transport.management.listModels({ ...options });
  }

  /**
   * Returns the account that pays for the model, and its last known limits. Changes are emitted as `account.updated` and
   * `account.rate_limits_updated`; see `on()`.
   * @throws UnsupportedError over `exec`.
   */
  account(): Promise<Account> {
    return this.#transport.management.accounts.read();
  }

  /**
   * Starts a login and returns what the user needs to complete it. If this `Codex` has an `apiKey`, the login is kept in
   * memory only. Otherwise Codex stores it as `codex login` does.
   * @throws InvalidInputError; UnauthorizedError if the login cannot be started; UnsupportedError over `exec`.
   */
  async login(request: LoginRequest): Promise<Login> {
    checkLoginRequest(request);
    return this.#transport.management.accounts.login({ ...request });
  }

  /** Removes the stored login, also from the disk. @throws UnsupportedError over `exec`. */
  logout(): Promise<void> {
    return this.#transport.management.accounts.logout();
  }

  /**
   * Observes turns that start from now on, as the option `telemetry` observes all turns.
   *
   * @returns A function that unsubscribes. Turns that are already running are observed until they end.
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
   * Sends a request of Codex's protocol, for features that the SDK does not wrap. The caller is responsible for its
   * effects: `thread/start`, `thread/resume` and `thread/fork` with write access make Codex trust the repository.
   *
   * @throws InvalidInputError if Codex cannot parse the request; ProtocolError if Codex rejects it, with Codex's error as
   * `cause`; UnsupportedError over `exec`.
   */
  async request<M extends Method>(method: M, ...params: ParamsArguments<M>): Promise<ResultOf<M>> {
    checkMethod(method);
    // The protocol's types guarantee that this is the result of this method.
    return (await this.#transport.management.request(method, params[0])) as ResultOf<M>;
  }

  /**
   * Checks whether agents can work on this machine with these options: the binary, Node.js, CODEX_HOME, the sandbox,
   * git, credentials, the endpoint, MCP servers and the login shell. Starts and ends a separate Codex process, also over
   * `exec`. Does not use tokens. Resolves with all results, including failures; does not reject.
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

  /** Starts Codex now, so that the first turn does not have to wait for it. Has no effect over `exec`. */
  warm(): Promise<void> {
    return this.#transport.warm();
  }

  /** Interrupts all turns and ends Codex with all its processes. Idempotent. A closed `Codex` rejects new turns. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #open(id: string | null, options: ThreadOptions, find?: () => Promise<TransportThread>): Thread {
    const owner = { queue: this.#queue, instruments: this.#instruments };
    return new Thread(this.#transport, this.#transport.openThread(id, options), options, owner, { find });
  }

  /** Whether the account is not billed by tokens. */
  async #isOnPlan(): Promise<boolean> {
    if (this.#options.apiKey !== undefined || this.#options.transport === "exec") return false;
    const { type } = await this.account();
    return type === "chatgpt";
  }

  /** Only app-server has Codex's index of names: over exec, it is started for the search. */
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
