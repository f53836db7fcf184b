// One turn on app-server, from its request to the moment nothing of it is left.
import {
  CodexError,
  CodexExitedError,
  InvalidInputError,
  ProtocolError,
  TurnIncompleteError,
} from "../../errors/errors.js";
import { deferred } from "../../internal/deferred.js";
import type { InputPart } from "../../input/input.js";
import type { ThreadOptions } from "../../options/options.js";
import type { EventSink, RunningTurn, TurnEnd, TurnSignals } from "../../transport/transport.js";
import type { AppServer } from "../connection/app-server.js";
import type { Connection, ThreadListener } from "../connection/connection.js";
import { loadTurnParts } from "./load-turn-parts.js";
import type { TurnParts } from "./load-turn-parts.js";
import { RpcError } from "../errors/rpc-error.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import type { ServerRequest } from "../protocol/ServerRequest.js";
import type { Turn } from "../protocol/v2/Turn.js";
import { toRequestError } from "../errors/request-error.js";
import type { Handlers } from "../server-requests/server-requests.js";
import type { TurnRequests } from "../server-requests/turn-requests.js";
import { isTooLarge, steerTurn } from "./steer-turn.js";
import type { TurnStarter } from "./turn-starter.js";
import type { ThreadTools } from "../tools/thread-tools.js";
import { whileAnswering } from "../connection/patience.js";
import type { TurnTranslator } from "./turn-translator.js";
import { fired } from "../connection/waiting.js";
import { noUsage } from "../../events/usage.js";
import { unknownUsage } from "../../usage/turn-usage.js";
import type { CallListener, TurnMeter } from "../usage/usage-monitor.js";

/** How the turn ended: codex's own word, or the connection's end. */
type Over = { turn: Turn } | { lost: CodexError };

/** What a turn needs of its thread. */
export interface TurnThread {
  readonly server: AppServer;
  readonly id: string | null;
  readonly cwd: string | undefined;
  /** What codex may ask the host. */
  readonly options: Handlers & Pick<ThreadOptions, "additionalDirectories">;
  /** What of the host the agent may call. */
  readonly tools: ThreadTools;
  load(connection: Connection, signal: AbortSignal, onLoaded: (threadId: string) => void): Promise<string>;
  unload(): void;
  rest(connection: Connection): void;
  /** A turn has ended: from here on a resume must find the thread. */
  markEnded(turnId: string | null): void;
  /** Whether it is the turn that ended last. */
  hasEnded(turnId: string): boolean;
}

export class AppServerTurn implements RunningTurn, ThreadListener {
  readonly ended: Promise<TurnEnd>;

  readonly #thread: TurnThread;
  readonly #starter: TurnStarter;
  readonly #emit: EventSink;
  readonly #signals: TurnSignals;
  /** Fires when the host wants the turn to end. */
  readonly #stop = new AbortController();
  #over = deferred<Over>();
  /** Resolves to the turn's id. */
  readonly #begun = deferred<string>();
  #connection: Connection | undefined;
  #loadedParts: typeof TurnParts | undefined;
  #requests: TurnRequests | undefined;
  #newestTranslator: TurnTranslator | undefined;
  #turnId: string | null = null;
  #usage: TurnMeter | undefined;
  /** Whether codex has said that all went well; nothing belongs to the turn any more. */
  #isDone = false;
  /** The turn in which a review is done: the one to interrupt. */
  #innerTurnId: string | undefined;
  /** Whether the stream has told the thread's id. */
  #isKnown = false;

  constructor(thread: TurnThread, starter: TurnStarter, emit: EventSink, signals: TurnSignals = {}) {
    this.#thread = thread;
    this.#starter = starter;
    this.#emit = emit;
    this.#signals = signals;
    this.ended = this.#run();
  }

  get soFar(): TurnEnd {
    const usage = this.#usage?.usage ?? unknownUsage();
    const diff = this.#newestTranslator?.diff ?? null;
    return { ...usage, id: this.#turnId, diff, threadUsage: this.#usage?.threadUsage ?? null };
  }

  isBusy(): boolean {
    return (this.#newestTranslator?.running.size ?? 0) > 0 || (this.#requests?.openCount ?? 0) > 0;
  }

  interrupt(reason: CodexError): void {
    this.#stop.abort(reason);
    this.#requests?.endTools(reason);
  }

  async steer(input: readonly InputPart[]): Promise<boolean> {
    const { id: threadId } = this.#thread;
    const turnId = this.#turnId;
    if (!this.#connection || turnId === null || threadId === null || this.#stop.signal.aborted) return false;
    return steerTurn(this.#connection, { threadId, turnId }, input);
  }

  onNotification(notification: ServerNotification): void {
    try {
      this.#read(notification);
    } catch (error) {
      this.onUnreadable(notification.method, error);
    }
  }

  onUnreadable(method: string, error: unknown): void {
    this.interrupt(unreadableError(method, error));
  }

  #onCompleted(turn: Turn): void {
    this.#isDone = turn.status === "completed";
    this.#over.resolve({ turn });
  }

  #read(notification: ServerNotification): void {
    if (this.#isDone) return;
    if (notification.method === "turn/started") this.#onStarted(notification.params.turn);
    if (this.#isOfAnotherTurn(notification)) return;
    this.#requests?.read(notification);
    this.#translator.read(notification);
    if (notification.method === "turn/completed") this.#onCompleted(notification.params.turn);
    if (notification.method === "thread/closed") this.#over.resolve({ lost: closedThreadError() });
  }

  onRequest(request: ServerRequest): Promise<unknown> | undefined {
    return this.#requests?.answer(request);
  }

  adopt(threadId: string, rootTurnId: string): ThreadListener | undefined {
    return rootTurnId === this.#turnId ? this.#requests?.adopt(threadId) : undefined;
  }

  onClosed(error: CodexError): void {
    this.#requests?.end();
    this.#over.resolve({ lost: error });
  }

  async #run(): Promise<TurnEnd> {
    // Nothing of the turn may run before its caller holds it.
    await Promise.resolve();
    const leave: (() => void)[] = [];
    try {
      const connection = await this.#connectAndStart(leave);
      const over = await this.#untilOver(connection);
      return await this.#end(connection, over);
    } catch (error) {
      const { signal } = this.#stop;
      throw asCodexError(signal.aborted ? signal.reason : error);
    } finally {
      if (this.#connection && this.#thread.id !== null) this.#connection.unlisten(this.#thread.id, this);
      this.#requests?.release();
      this.#usage?.close();
      for (const done of leave) done();
    }
  }

  /** A warm codex may die before it takes the turn, which is then asked of the next one: it was not run. */
  async #connectAndStart(leave: (() => void)[]): Promise<Connection> {
    for (let isFirst = true; ; isFirst = false) {
      const { signal } = this.#stop;
      signal.throwIfAborted();
      const connection = await this.#thread.server.connect(signal);
      this.#connection = connection;
      leave.push(connection.hold());
      this.#loadedParts ??= await loadTurnParts();
      if (isFirst) leave.push(await this.#takePlace());
      try {
        await this.#start(connection);
        return connection;
      } catch (error) {
        const wasTaken = this.#turnId !== null || this.#stop.signal.aborted;
        if (!isFirst || wasTaken || !connection.hasServed || !(error instanceof CodexExitedError)) throw error;
        this.#forget();
      }
    }
  }

  get #parts(): typeof TurnParts {
    if (this.#loadedParts) return this.#loadedParts;
    throw new Error("The parts of a turn are needed before its connection was made.");
  }

  get #translator(): TurnTranslator {
    this.#newestTranslator ??= this.#newTranslator("turn");
    return this.#newestTranslator;
  }

  #forget(): void {
    this.#thread.unload();
    this.#requests?.release();
    this.#requests = undefined;
    this.#over = deferred<Over>();
  }

  /** Another Thread object may stand for the same conversation. */
  async #takePlace(): Promise<() => void> {
    const { id, server } = this.#thread;
    if (id === null) return () => undefined;
    const entered = server.places.enter(id);
    try {
      return await this.#unlessStopped(entered);
    } catch (error) {
      void entered.then((leave) => leave());
      throw error;
    }
  }

  async #start(connection: Connection): Promise<void> {
    try {
      await this.#loadAndStart(connection);
    } catch (error) {
      if (isTooLarge(error)) {
        throw new InvalidInputError(`The input is too large for codex: ${error.message}`, { cause: error });
      }
      if (!isUnloaded(error)) throw toRequestError(error);
      // codex unloads threads that were idle for long.
      this.#thread.unload();
      await this.#loadAndStart(connection).catch((again: unknown) => Promise.reject(toRequestError(again)));
    }
  }

  async #loadAndStart(connection: Connection): Promise<void> {
    const { signal } = this.#stop;
    const onLoaded = (id: string) => this.#onLoaded(connection, id);
    const threadId = await this.#answered(connection, this.#thread.load(connection, signal, onLoaded));
    signal.throwIfAborted();
    const onBegun = (turnId: string) => this.#begin(turnId);
    const begun = this.#starter(connection, threadId, { signal, onBegun });
    await this.#answered(connection, begun).catch((error: unknown) => this.#endUnknown(connection, error));
  }

  /** A turn whose beginning cannot be read may run all the same, and can only be ended with its codex. */
  async #endUnknown(connection: Connection, error: unknown): Promise<never> {
    if (error instanceof ProtocolError) await connection.close(this.#thread.server.shutdownGraceMs, error);
    throw error;
  }

  #onLoaded(connection: Connection, threadId: string): void {
    if (this.#stop.signal.aborted) return;
    connection.listen(threadId, this);
    this.#requests ??= this.#newRequests(connection, threadId);
    if (this.#isKnown) return;
    this.#isKnown = true;
    this.#emit({ type: "thread.started", thread_id: threadId });
  }

  /** The answer, which codex may take its time for, until the host wants the turn to end: then a codex that is silent is ended. */
  async #answered<Result>(connection: Connection, answer: Promise<Result>): Promise<Result> {
    const settled = answer.then(
      () => true,
      () => true,
    );
    const stopped = fired(this.#stop.signal).then(() => whileAnswering(connection, this.#graceMs, settled));
    if (!(await Promise.race([settled, stopped]))) await this.#endSilent(connection);
    return answer;
  }

  #askToStop(): void {
    const turnId = this.#innerTurnId ?? this.#turnId ?? "";
    this.#connection?.request("turn/interrupt", { threadId: this.#thread.id ?? "", turnId }).catch(() => undefined);
  }

  #begin(turnId: string): void {
    if (this.#turnId === turnId) return;
    this.#turnId = turnId;
    this.#begun.resolve(turnId);
    if (this.#connection) {
      this.#connection.hasServed = true;
      const onCall: CallListener = (threadId, call) => this.#signals.onCall?.(threadId, call);
      this.#usage = this.#connection.usage.open(this.#thread.id ?? "", turnId, onCall);
    }
    this.#newestTranslator = this.#newTranslator(turnId);
  }

  #newRequests(connection: Connection, threadId: string): TurnRequests {
    return new this.#parts.TurnRequests({
      handlers: this.#thread.options,
      tools: this.#thread.tools.openTurn({ threadId, redact: (text) => this.#redacted(text) }),
      connection,
      threadId,
      cwd: this.#thread.cwd,
      additionalDirectories: this.#thread.options.additionalDirectories ?? [],
      notice: (message) => this.#translator.notice(message),
      interrupt: (reason) => this.interrupt(reason),
    });
  }

  #newTranslator(turnId: string): TurnTranslator {
    const redact = (text: string) => this.#redacted(text);
    return new this.#parts.TurnTranslator(this.#emit, { turnId, cwd: this.#thread.cwd, redact });
  }

  #redacted(text: string): string {
    return this.#connection?.redact(text) ?? text;
  }

  /** Waits for the end of the turn; when the host wants it to end, sees to it that it does. */
  async #untilOver(connection: Connection): Promise<Over> {
    const stopped = fired(this.#stop.signal);
    const first = await Promise.race([this.#over.promise, stopped.then(() => "stopped" as const)]);
    if (first !== "stopped") return first;
    void this.#begun.promise.then(() => this.#askToStop());
    const again = () => this.#turnId !== null && this.#askToStop();
    const over = await whileAnswering(connection, this.#graceMs, this.#over.promise, again);
    return over ?? { lost: await this.#endSilent(connection) };
  }

  get #graceMs(): number {
    return Math.max(this.#thread.server.shutdownGraceMs, shortestWaitMs);
  }

  /** A codex that does not answer any more cannot end its commands one by one. */
  async #endSilent(connection: Connection): Promise<CodexError> {
    const error = new ProtocolError("codex did not end a turn that was interrupted, and was ended itself.");
    await connection.close(this.#thread.server.shutdownGraceMs, error);
    return error;
  }

  async #end(connection: Connection, over: Over): Promise<TurnEnd> {
    const stopReason: unknown = this.#stop.signal.aborted ? this.#stop.signal.reason : undefined;
    await this.#usage?.settle();
    if ("lost" in over) {
      this.#thread.unload();
      await connection.gone;
      throw stopReason ?? over.lost;
    }
    this.#thread.markEnded(this.#turnId);
    if (over.turn.status === "completed" && !this.#translator.hasEmptyReview) {
      this.#thread.rest(connection);
      return this.#complete();
    }
    const { commandIds } = this.#translator;
    const { shutdownGraceMs } = this.#thread.server;
    const ended = Promise.all([
      this.#parts.endCommands(connection, this.#thread.id ?? "", commandIds, shutdownGraceMs),
      this.#requests?.interruptSubagents(shutdownGraceMs),
    ]);
    if (!(await whileAnswering(connection, shutdownGraceMs + longestEndMs, ended))) await this.#endSilent(connection);
    if (stopReason !== undefined) throw stopReason;
    throw this.#fail(over.turn);
  }

  #complete(): TurnEnd {
    this.#translator.finish();
    const end = this.soFar;
    this.#emit({ type: "turn.completed", usage: end.usage ?? noUsage });
    return end;
  }

  #fail(turn: Turn): CodexError {
    const message =
      turn.status === "interrupted"
        ? "codex interrupted the turn by itself."
        : this.#translator.hasEmptyReview
          ? "The review ended without an answer."
          : "The turn failed; codex did not say why.";
    const reported = turn.error ?? { message, codexErrorInfo: null, additionalDetails: null, misalignment: null };
    reported.message = this.#redacted(reported.message);
    const error = this.#parts.toCodexError(reported, this.#thread.server.limitResetsAt);
    this.#emit({ type: "turn.failed", error: { message: reported.message, code: error.code } });
    return error;
  }

  #onStarted({ id, rootTurnId }: Turn): void {
    if (this.#turnId === null && !this.#thread.hasEnded(id)) return this.#begin(id);
    if (id === this.#turnId || rootTurnId !== this.#turnId) return;
    this.#innerTurnId = id;
    if (this.#stop.signal.aborted) this.#askToStop();
  }

  #isOfAnotherTurn({ method, params }: ServerNotification): boolean {
    const turnId = turnIdOf(params);
    if (method === "turn/started" && turnId === this.#innerTurnId) return false;
    return turnId !== undefined && turnId !== this.#turnId;
  }

  async #unlessStopped<Result>(work: Promise<Result>): Promise<Result> {
    work.catch(() => undefined);
    const { signal } = this.#stop;
    signal.throwIfAborted();
    return Promise.race([work, fired(signal).then(() => Promise.reject(asCodexError(signal.reason)))]);
  }
}

/** An interrupt takes codex some 20 ms; a machine under load may need more. */
const shortestWaitMs = 1_000;
/** What SIGKILL and the looks before it may take. */
const longestEndMs = 3_000;

function turnIdOf(params: unknown): string | undefined {
  if (typeof params !== "object" || params === null) return undefined;
  if ("turnId" in params && typeof params.turnId === "string") return params.turnId;
  if ("turn" in params && typeof params.turn === "object" && params.turn !== null && "id" in params.turn) {
    return String(params.turn.id);
  }
  return undefined;
}

function unreadableError(method: string, error: unknown): ProtocolError {
  const message = error instanceof Error ? error.message : String(error);
  return new ProtocolError(`codex sent "${method}" in a form that cannot be read: ${message}`, { cause: error });
}

function closedThreadError(): CodexError {
  return new TurnIncompleteError("codex closed the thread before its turn had ended.");
}

function isUnloaded(error: unknown): boolean {
  return error instanceof RpcError && /thread not found/i.test(error.message);
}

function asCodexError(error: unknown): CodexError {
  if (CodexError.isInstance(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ProtocolError(`The turn ended in an unexpected error: ${message}`, { cause: error });
}
