// A thread over app-server: created or resumed when its first turn starts, and again after a crash.
import { InvalidInputError, ThreadNotFoundError } from "../../errors/errors.js";
import type { CodexError } from "../../errors/errors.js";
import type { ThreadOptions } from "../../options/options.js";
import type { ReviewTarget } from "../../options/review-target.js";
import { realDirectory } from "../../options/working-directory.js";
import { hostDirectory } from "../../validation/host-directory.js";
import type {
  StoredThreadAccess,
  ThreadMarks,
  TransportThread,
  TurnRequest,
  TurnStart,
} from "../../transport/transport.js";
import { answerId } from "../connection/json-rpc/answer-id.js";
import type { AppServer } from "../connection/app-server.js";
import type { ThreadOwner } from "../connection/loaded/loaded-threads.js";
import type { Connection } from "../connection/connection.js";
import { whenClosed } from "../connection/waiting/when-closed.js";
import { isThreadNotFound, toThreadError } from "../errors/thread-error.js";
import type { ThreadStartResponse } from "../protocol/v2/ThreadStartResponse.js";
import type { ThreadStorage } from "../storage/thread-storage.js";
import { checkCredentials } from "./check-credentials.js";
import type { SavedEndpoint } from "./check-credentials.js";
import { ThreadTools } from "../tools/thread-tools.js";
import { AppServerTurn } from "../turn/app-server-turn.js";
import type { LoadRequest, SavedTurn, TurnReport, TurnThread } from "../turn/start-turn.js";
import { startCompaction, startPrompt, startReview } from "../turn/turn-starter.js";
import type { TurnStarter } from "../turn/turn-starter.js";
import type { RuntimeSettings } from "./runtime-settings.js";
import { toStartParams } from "./thread-params.js";
import { ThreadSandbox } from "./thread-sandbox.js";
import type { TurnAccess, TurnPermissions } from "./thread-sandbox.js";

/** Codex's report of a loaded thread. */
type Loaded = Pick<ThreadStartResponse, "thread" | "cwd" | "model" | "serviceTier" | "approvalPolicy">;

interface LoadOptions {
  onResult: (loaded: Loaded, wasStarted: boolean) => void;
  signal: AbortSignal;
}

export class AppServerThread implements TransportThread, TurnThread, ThreadOwner {
  readonly canContinue = true;
  readonly options: ThreadOptions;
  readonly tools: ThreadTools;
  readonly sandbox: ThreadSandbox;
  readonly #server: AppServer;
  readonly #runtime: RuntimeSettings;
  #id: string | null;
  #cwd = "";
  #lastTurnId: string | null = null;
  /** The model and effort of a turn also apply to later turns. */
  #currentModel: Pick<ThreadOptions, "model" | "modelReasoningEffort"> = {};
  /** The thread's copy in the store, once a turn has used it. */
  #storage: ThreadStorage | undefined;
  #unwatchStorage: (() => void) | undefined;
  #releaseSecrets: (() => void) | undefined;
  /** Ends the running turn. */
  #onLost: ((error: CodexError) => void) | undefined;
  /** Whether the thread may be saved on disk, so that it can be resumed. */
  #hasHistory: boolean;
  #unchecked: SavedEndpoint | undefined;

  constructor(server: AppServer, id: string | null, options: ThreadOptions, runtime: RuntimeSettings) {
    this.#server = server;
    this.options = options;
    this.tools = new ThreadTools(options.tools ?? [], runtime.toolServer);
    this.sandbox = new ThreadSandbox(options, runtime);
    this.#runtime = runtime;
    this.#id = id;
    this.#hasHistory = id !== null;
  }

  get id(): string | null {
    return this.#id;
  }

  checkEarly(turn: TurnPermissions): void {
    this.sandbox.checkEarly(turn);
  }

  access(turn: TurnPermissions): TurnAccess {
    return this.sandbox.access(turn);
  }

  prepareTurn(request: TurnRequest): TurnStart {
    const start = this.#startWith(startPrompt(request), request);
    return (host) => {
      const { model, modelReasoningEffort } = request;
      this.#currentModel = {
        ...this.#currentModel,
        ...(model !== undefined && { model }),
        ...(modelReasoningEffort !== undefined && { modelReasoningEffort }),
      };
      return start(host);
    };
  }

  prepareReview(target: ReviewTarget): TurnStart {
    return this.#startWith(startReview(target), { isReview: true });
  }

  prepareCompaction(): TurnStart {
    return this.#startWith(startCompaction());
  }

  async load(connection: Connection, { signal, onLoaded, interrupt }: LoadRequest): Promise<void> {
    if (this.options.ephemeral !== true) this.#storage ??= await this.#runtime.storage?.();
    this.#onLost = interrupt;
    if (this.#id !== null) await this.#confirm(connection, this.#id);
    const reportLoaded = (id: string) => onLoaded({ id, cwd: this.#cwd, lastTurnId: this.#lastTurnId });
    if (this.#id !== null && connection.threads.has(this.#id, this)) {
      await this.#checkFork(connection);
      return reportLoaded(this.#id);
    }
    const onResult = (loaded: Loaded, wasStarted: boolean) =>
      reportLoaded(this.markLoaded(connection, loaded, wasStarted));
    try {
      this.beginLoad();
      await this.#request(connection, { onResult, signal });
    } catch (error) {
      if (this.#id === null || !connection.threads.has(this.#id, this)) this.onUnload();
      throw error;
    }
  }

  /** Codex is about to receive the options of the thread. */
  beginLoad(): void {
    this.#releaseSecrets ??= this.#runtime.hideSecrets(this.options);
  }

  onUnload(): void {
    this.#releaseSecrets?.();
    this.#releaseSecrets = undefined;
    this.tools.withdraw();
  }

  /** The connection has loaded the thread. Codex reports each model response only for threads that it has started. */
  markLoaded(connection: Connection, loaded: Loaded, wasStarted = false): string {
    const id = answerId("thread", loaded);
    connection.usage.load(id, { ...loaded, path: loaded.thread.path, reportsResponses: wasStarted });
    this.#id = id;
    this.#cwd = loaded.cwd;
    this.sandbox.markLoaded(connection, loaded);
    connection.threads.add(id, { owner: this, isSaved: !loaded.thread.ephemeral });
    return id;
  }

  /** A fork needs credentials for its first turn, not before. */
  markForked(connection: Connection, loaded: Loaded, endpoint: SavedEndpoint): void {
    this.markLoaded(connection, loaded);
    this.markSaved();
    this.#unchecked = endpoint;
  }

  async #checkFork(connection: Connection): Promise<void> {
    if (this.#unchecked) await checkCredentials(connection, this.options, this.#runtime, this.#unchecked);
    this.#unchecked = undefined;
  }

  release(): void {
    this.#unwatchStorage?.();
    this.#unwatchStorage = undefined;
  }

  async save(connection: Connection, { once, turnId }: SavedTurn = {}): Promise<void> {
    if (this.#id === null) return;
    await this.#storage?.save(connection, this.#id, { marks: once?.(this.#storage.marks(this.#id)), turnId });
  }

  marks(): ThreadMarks {
    if (this.#storage && this.#id !== null) return this.#storage.marks(this.#id);
    throw new InvalidInputError("`runTurnOnce()` requires a thread in a store. Pass the option `store` to `Codex`.");
  }

  get stored(): StoredThreadAccess | undefined {
    const { storage } = this.#runtime;
    if (!storage || this.options.ephemeral === true) return undefined;
    return {
      create: (name) => this.#create(name),
      events: async (after) => {
        const { readEvents } = await import("../recorded/read-events.js");
        return readEvents((await storage()).sync, this.#id ?? "", after);
      },
      mark: async (key) => (this.#id === null ? undefined : (await storage()).mark(this.#id, key)),
      release: async () => {
        if (this.#id !== null) await (await storage()).releaseWhereLoaded(this.#id);
      },
    };
  }

  unload(connection: Connection): void {
    if (this.#id !== null) connection.threads.remove(this.#id);
  }

  /** From here on, the thread can be resumed. */
  markSaved(): void {
    this.#hasHistory = true;
  }

  onTurnEnded({ connection, turnId, isLost, mustReload }: TurnReport): void {
    if (mustReload) this.unload(connection);
    if (isLost) return;
    this.markSaved();
    this.#lastTurnId = turnId;
  }

  /** Loads a thread again if another process may have continued it. */
  async #confirm(connection: Connection, threadId: string): Promise<void> {
    if (!this.#storage) return;
    this.#watch(threadId);
    if (!(await this.#storage.confirm(connection, threadId))) this.unload(connection);
  }

  #watch(threadId: string): void {
    this.#unwatchStorage?.();
    this.#unwatchStorage = this.#storage?.watch(threadId, (error) => this.#onLost?.(error));
  }

  #startWith(
    starter: TurnStarter,
    { isReview = false, ...permissions }: TurnPermissions & Pick<TurnRequest, "once"> & { isReview?: boolean } = {},
  ): TurnStart {
    const { once } = permissions;
    const common = { server: this.#server, thread: this, starter, permissions, once, isReview };
    return (host) => new AppServerTurn({ ...common, host });
  }

  /** Codex writes the file of a thread with its first turn, or when it gets a name. */
  async #create(name: string): Promise<string> {
    this.checkEarly({});
    const connection = await this.#server.connect();
    const release = connection.retain();
    try {
      this.#storage ??= await this.#runtime.storage?.();
      const { signal } = new AbortController();
      const onResult = (loaded: Loaded, wasStarted: boolean) => void this.markLoaded(connection, loaded, wasStarted);
      const { thread } = await this.#request(connection, { signal, onResult });
      await connection.request("thread/name/set", { threadId: thread.id, name });
      await this.save(connection);
      this.markSaved();
      return thread.id;
    } catch (error) {
      throw toThreadError(error, this.#id ?? "", connection);
    } finally {
      this.release();
      release();
    }
  }

  async #request(connection: Connection, options: LoadOptions): Promise<Loaded> {
    if (this.#id === null) {
      await checkCredentials(connection, this.options, this.#runtime);
      return this.#start(connection, options);
    }
    try {
      await this.#storage?.open(connection, this.#id);
      const resumed = await this.#resume(connection, this.#id, options);
      await this.#storage?.resumed(connection, resumed.thread);
      return resumed;
    } catch (error) {
      // Its first turn never ended, so Codex has not saved anything: the thread can be started again.
      const isUnknown = isThreadNotFound(error) || error instanceof ThreadNotFoundError;
      if (!this.#hasHistory && isUnknown) return this.#start(connection, options);
      throw toThreadError(error, this.#id, connection);
    }
  }

  async #start(connection: Connection, { onResult, signal }: LoadOptions): Promise<Loaded> {
    await this.sandbox.prepare(connection, realDirectory(this.options.workingDirectory ?? hostDirectory()));
    const settings = toStartParams(this.options, this.#runtime, this.sandbox);
    const params = { ...settings, ...(await this.tools.startParams()) };
    const started = await connection.request("thread/start", params, {
      signal,
      onResult: (loaded) => onResult(loaded, true),
    });
    if (this.#storage && !started.thread.ephemeral) {
      this.#watch(started.thread.id);
      await this.#storage.begin(connection, started.thread);
    }
    return started;
  }

  async #resume(connection: Connection, threadId: string, { onResult, signal }: LoadOptions): Promise<Loaded> {
    const own = { ...this.options, ...this.#currentModel };
    const { resumeParams } = await import("./resume-params.js");
    const settings = await resumeParams(connection, threadId, own, {
      runtime: this.#runtime,
      sandbox: this.sandbox,
    });
    const config = { ...settings.config, ...(await this.tools.resumeConfig(connection, threadId)) };
    const params = { ...settings, config };
    // Codex ignores changed settings in a resume if the thread is loaded and has a subscriber.
    await connection.request("thread/unsubscribe", { threadId });
    const options = { signal, onResult: (loaded: Loaded) => onResult(loaded, false) };
    return whenClosed(() => connection.request("thread/resume", params, options), signal);
  }
}
