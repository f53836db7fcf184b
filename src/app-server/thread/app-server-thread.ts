// One conversation on app-server: made or resumed when its first turn comes, and again after a crash.
import type { ThreadOptions } from "../../options/options.js";
import type { ReviewTarget } from "../../options/review-target.js";
import type { EventSink, RunningTurn, TransportThread, TurnRequest, TurnSignals } from "../../transport/transport.js";
import { answerId } from "../connection/answer-id.js";
import type { AppServer } from "../connection/app-server.js";
import { AppServerTurn } from "../turn/app-server-turn.js";
import type { TurnThread } from "../turn/app-server-turn.js";
import type { Connection } from "../connection/connection.js";
import type { ThreadStartResponse } from "../protocol/v2/ThreadStartResponse.js";
import { isThreadNotFound, toThreadError } from "../errors/thread-error.js";
import { whenClosed } from "../connection/when-closed.js";
import { toStartParams } from "./thread-params.js";
import type { RuntimeSettings } from "./runtime-settings.js";
import { ThreadTools } from "../tools/thread-tools.js";
import { startCompaction, startPrompt, startReview } from "../turn/turn-starter.js";

/** What codex says of a thread that is loaded. */
type Loaded = Pick<ThreadStartResponse, "thread" | "cwd" | "model" | "serviceTier">;

export class AppServerThread implements TransportThread, TurnThread {
  readonly server: AppServer;
  readonly options: ThreadOptions;
  readonly tools: ThreadTools;
  readonly #runtime: RuntimeSettings;
  #id: string | null;
  #cwd: string | undefined;
  #loadedOn: Connection | undefined;
  /** Whether codex writes the thread to disk. */
  #isSaved = false;
  #lastTurnId: string | null = null;
  /** A turn's model and effort are those of the turns after it, too. */
  #latest: Pick<ThreadOptions, "model" | "modelReasoningEffort"> = {};
  /** Whether the thread may have something on disk that a resume would find. */
  #hasHistory: boolean;

  constructor(server: AppServer, id: string | null, options: ThreadOptions, runtime: RuntimeSettings) {
    this.server = server;
    this.options = options;
    this.tools = new ThreadTools(options.tools ?? [], runtime.toolServer);
    this.#runtime = runtime;
    this.#id = id;
    this.#hasHistory = id !== null;
  }

  get id(): string | null {
    return this.#id;
  }

  /** Where the thread works, once codex has said it. */
  get cwd(): string | undefined {
    return this.#cwd;
  }

  startTurn(request: TurnRequest, emit: EventSink, signals?: TurnSignals): RunningTurn {
    const { model, modelReasoningEffort } = request;
    this.#latest = {
      ...this.#latest,
      ...(model !== undefined && { model }),
      ...(modelReasoningEffort !== undefined && { modelReasoningEffort }),
    };
    return new AppServerTurn(this, startPrompt(request), emit, signals);
  }

  startReview(target: ReviewTarget, emit: EventSink, signals?: TurnSignals): RunningTurn {
    return new AppServerTurn(this, startReview(target), emit, signals);
  }

  startCompaction(emit: EventSink, signals?: TurnSignals): RunningTurn {
    return new AppServerTurn(this, startCompaction(), emit, signals);
  }

  /**
   * Sees to it that this connection knows the thread. `onLoaded` runs before the connection reads what codex says of the
   * thread next, so that whoever listens from there on misses nothing.
   */
  async load(connection: Connection, signal: AbortSignal, onLoaded: (threadId: string) => void): Promise<string> {
    if (this.#id !== null && this.#loadedOn === connection && connection.known.has(this.#id)) {
      onLoaded(this.#id);
      return this.#id;
    }
    const onResult = (loaded: Loaded, wasStarted = false) => {
      this.markLoaded(connection, loaded, wasStarted);
      onLoaded(loaded.thread.id);
    };
    const { thread } = await this.#request(connection, { onResult, signal });
    return thread.id;
  }

  /** The connection knows the thread. Codex reports each model response of threads that it has started. */
  markLoaded(connection: Connection, loaded: Loaded, wasStarted = false): void {
    this.#id = answerId("thread", loaded);
    connection.usage.load(this.#id, { ...loaded, path: loaded.thread.path, reportsResponses: wasStarted });
    this.#cwd = loaded.cwd;
    this.#loadedOn = connection;
    this.#isSaved = !loaded.thread.ephemeral;
    connection.known.add(this.#id);
  }

  /** A turn has ended well. Until the next one, codex need not keep the thread. */
  rest(connection: Connection): void {
    if (this.#id !== null && this.#isSaved) this.server.idle.rest(this.#id, connection);
  }

  /** The next turn finds out anew whether codex knows the thread. */
  unload(): void {
    this.#loadedOn = undefined;
  }

  markSaved(): void {
    this.#hasHistory = true;
  }

  markEnded(turnId: string | null): void {
    this.markSaved();
    this.#lastTurnId = turnId;
  }

  hasEnded(turnId: string): boolean {
    return turnId === this.#lastTurnId;
  }

  async #request(
    connection: Connection,
    options: { onResult: (loaded: Loaded, wasStarted?: boolean) => void; signal: AbortSignal },
  ): Promise<Loaded> {
    if (this.#id === null) return this.#start(connection, options);
    try {
      return await this.#resume(connection, this.#id, options);
    } catch (error) {
      // Its first turn never ended, so codex kept nothing of it: there is nothing to lose by starting again.
      if (!this.#hasHistory && isThreadNotFound(error)) return this.#start(connection, options);
      throw toThreadError(error, this.#id, connection);
    }
  }

  async #start(
    connection: Connection,
    { onResult, signal }: { onResult: (loaded: Loaded, wasStarted: boolean) => void; signal: AbortSignal },
  ): Promise<Loaded> {
    const params = { ...toStartParams(this.options, this.#runtime), ...(await this.tools.startParams()) };
    return connection.request("thread/start", params, { signal, onResult: (loaded) => onResult(loaded, true) });
  }

  async #resume(
    connection: Connection,
    threadId: string,
    options: { onResult: (loaded: Loaded) => void; signal: AbortSignal },
  ): Promise<Loaded> {
    const own = { ...this.options, ...this.#latest };
    const { resumeParams } = await import("./resume-params.js");
    const settings = await resumeParams(connection, threadId, own, this.#runtime);
    const config = { ...settings.config, ...(await this.tools.resumeConfig(connection, threadId)) };
    const params = { ...settings, config };
    // Of a loaded thread that is listened to, codex passes over what a resume wants changed.
    await connection.request("thread/unsubscribe", { threadId });
    return whenClosed(() => connection.request("thread/resume", params, options), options.signal);
  }
}
