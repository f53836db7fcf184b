// Starts a turn: gets a connection, loads the thread, sends the request, and retries if nothing can have run.
import { CodexExitedError, InvalidInputError, ProtocolError } from "../../errors/errors.js";
import type { CodexError } from "../../errors/errors.js";
import type { ThreadOptions } from "../../options/options.js";
import type { MarkValue } from "../../thread-store/thread-append.js";
import type { ThreadMarks, TurnHost, TurnOnce } from "../../transport/transport.js";
import type { AppServer } from "../connection/app-server.js";
import type { Connection } from "../connection/connection.js";
import { whenAborted } from "../connection/waiting/time-limit.js";
import { whileResponding } from "../connection/waiting/while-responding.js";
import { toRequestError } from "../errors/request-error.js";
import { isThreadNotFound } from "../errors/thread-error.js";
import type { Handlers } from "../server-requests/server-requests.js";
import type { ThreadTools } from "../tools/thread-tools.js";
import { killUnresponsive, graceMs } from "./end-turn.js";
import { isTooLarge } from "./steer-turn.js";
import { TurnSession } from "./turn-session.js";
import type { TurnStarter } from "./turn-starter.js";
import type { TurnAccess, TurnPermissions } from "../thread/thread-sandbox.js";

/** A thread that a connection has loaded. */
export interface LoadedThread {
  id: string;
  cwd: string;
  /** The last turn that ended. */
  lastTurnId: string | null;
}

export interface LoadRequest {
  /** Aborts when the turn must end. */
  signal: AbortSignal;
  /** Runs before the connection reads further messages of the thread. */
  onLoaded: (thread: LoadedThread) => void;
  /** Ends the turn if the thread cannot continue. */
  interrupt: (reason: CodexError) => void;
}

/** The end of a turn, as reported to its thread. */
export interface TurnReport {
  connection: Connection;
  turnId: string | null;
  /** Whether Codex reported the end. */
  isLost: boolean;
  /** Whether the next turn must load the thread again. */
  mustReload: boolean;
}

/** The parts of its thread that a turn uses. */
export interface TurnThread {
  /** The handlers for Codex's requests. */
  readonly options: Handlers & Pick<ThreadOptions, "additionalDirectories">;
  readonly tools: ThreadTools;
  /** Checks the agent's permissions, as far as they are known before Codex is started. */
  checkEarly(turn: TurnPermissions): void;
  /** The agent's permissions in a turn. */
  access(turn: TurnPermissions): TurnAccess;
  load(connection: Connection, request: LoadRequest): Promise<void>;
  /** The turn no longer uses the thread. */
  release(): void;
  /** Resolves when all data that Codex has written for the thread is in the store. */
  save(connection: Connection, turn?: SavedTurn): Promise<void>;
  /** The record of the loaded thread in its store. @throws InvalidInputError for a thread without a store. */
  marks(): ThreadMarks;
  /** The connection no longer has the thread. */
  unload(connection: Connection): void;
  onTurnEnded(report: TurnReport): void;
}

export interface SavedTurn {
  /** Makes the marks for the end of the turn, which are committed with it. */
  once?: ((marks: ThreadMarks) => Record<string, MarkValue>) | undefined;
  /** The turn, if Codex writes its end to the thread's file. */
  turnId?: string | undefined;
}

export interface StartContext {
  server: AppServer;
  thread: TurnThread;
  starter: TurnStarter;
  /** Codex writes the end of a review to a file of its own. */
  isReview: boolean;
  /** Settings of the turn that differ from those of its thread. */
  permissions: TurnPermissions;
  /** Records a turn that runs at most once. */
  once?: TurnOnce | undefined;
  host: TurnHost;
  /** Aborts when the turn must end. Its reason is a CodexError. */
  signal: AbortSignal;
  interrupt(reason: CodexError): void;
}

export class StartingTurn {
  /** The turn on its connection, once the thread is loaded. */
  session: TurnSession | undefined;
  readonly #context: StartContext;
  readonly #releases: (() => void)[] = [];
  /** Whether an event with the thread's ID was emitted. */
  #hasEmittedStart = false;
  /** Whether the store records the start of the turn: from then on it is never sent again. */
  #isRecorded = false;

  constructor(context: StartContext) {
    this.#context = context;
  }

  /** A warm Codex may exit before it has accepted the turn. The turn then did not run, and the next Codex receives it. */
  async start(): Promise<TurnSession> {
    const { server, signal, thread, permissions } = this.#context;
    thread.checkEarly(permissions);
    for (let isFirst = true; ; isFirst = false) {
      signal.throwIfAborted();
      const connection = await server.connect(signal);
      this.#releases.push(connection.retain());
      try {
        return await this.#startOn(connection);
      } catch (error) {
        const wasAccepted = this.#isRecorded || (this.session?.turnId ?? null) !== null || signal.aborted;
        if (!isFirst || wasAccepted || !connection.hasServed || !(error instanceof CodexExitedError)) throw error;
        this.#reset(connection);
      }
    }
  }

  release(): void {
    this.session?.release();
    this.#context.thread.release();
    for (const release of this.#releases.splice(0)) release();
  }

  #reset(connection: Connection): void {
    this.session?.release();
    this.session = undefined;
    this.#context.thread.unload(connection);
  }

  async #startOn(connection: Connection): Promise<TurnSession> {
    try {
      return await this.#loadAndSend(connection);
    } catch (error) {
      if (isTooLarge(error)) {
        throw new InvalidInputError(`The input is too large for Codex: ${error.message}`, { cause: error });
      }
      if (!isThreadNotFound(error) || this.#isRecorded) throw toRequestError(error);
      // Codex unloads threads that have been idle for a long time.
      this.#reset(connection);
      return this.#loadAndSend(connection).catch((again: unknown) => Promise.reject(toRequestError(again)));
    }
  }

  async #loadAndSend(connection: Connection): Promise<TurnSession> {
    const { signal, thread } = this.#context;
    const load = connection.earlyWarnings.open();
    const loading = thread.load(connection, {
      signal,
      onLoaded: (loaded) => {
        this.#onLoaded(connection, loaded);
        if (this.session) for (const warning of load.take(loaded.id)) this.session.onNotification(warning);
      },
      interrupt: (reason) => this.#context.interrupt(reason),
    });
    await this.#unlessUnresponsive(connection, loading).finally(() => load.end());
    signal.throwIfAborted();
    const { session } = this;
    if (!session) throw new ProtocolError("Codex loaded the thread without reporting its ID.");
    const items = await this.#record();
    signal.throwIfAborted();
    await this.#send(connection, session, items);
    return session;
  }

  /** A turn that Codex reports as started is running, even if the response to the request is lost. */
  async #send(connection: Connection, session: TurnSession, items?: readonly unknown[]): Promise<void> {
    const { signal, starter, thread, permissions } = this.#context;
    const access = thread.access(permissions);
    const onStarted = (turnId: string) => session.setTurnId(turnId);
    const { threadId, host } = session.context;
    const sent = starter(connection, threadId, { signal, onStarted, access, items, trace: host.trace });
    try {
      await Promise.race([this.#unlessUnresponsive(connection, sent), session.started.promise]);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      await session.settleFromRecord();
      if (session.turnId === null) throw error;
    }
  }

  /** Records the start of a turn that runs at most once. @returns items to add to the conversation. */
  async #record(): Promise<readonly unknown[] | undefined> {
    const { once, thread } = this.#context;
    if (!once) return undefined;
    this.#isRecorded = true;
    return once.begin(thread.marks());
  }

  #onLoaded(connection: Connection, { id, cwd, lastTurnId }: LoadedThread): void {
    const { thread, host, signal } = this.#context;
    if (signal.aborted) return;
    this.#releases.push(connection.threads.use(id));
    this.session = new TurnSession({
      connection,
      threadId: id,
      cwd,
      previousTurnId: lastTurnId,
      host,
      handlers: thread.options,
      additionalDirectories: thread.options.additionalDirectories ?? [],
      tools: thread.tools,
      interrupt: (reason) => this.#context.interrupt(reason),
    });
    if (this.#hasEmittedStart) return;
    this.#hasEmittedStart = true;
    host.emit({ type: "thread.started", thread_id: id });
  }

  /** Waits for a response. If the turn must end and Codex does not respond, Codex is killed. */
  async #unlessUnresponsive<Result>(connection: Connection, answer: Promise<Result>): Promise<Result> {
    const { server, signal } = this.#context;
    const settled = answer.then(
      () => true,
      () => true,
    );
    const stopped = whenAborted(signal).then(() => whileResponding(connection, graceMs(server), settled));
    const first = await Promise.race([settled, stopped]);
    if (first === "unresponsive") await killUnresponsive(connection, server);
    if (first === "overdue") signal.throwIfAborted();
    return answer;
  }
}
