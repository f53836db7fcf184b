// One turn on app-server, from its request to the moment nothing of it is left.
import { CodexError, InvalidInputError, ProtocolError } from "../../errors.js";
import { deferred } from "../../deferred.js";
import type { InputPart } from "../../input.js";
import type { EventSink, RunningTurn, TurnEnd, TurnRequest } from "../transport.js";
import type { AppServer } from "./app-server.js";
import type { Connection, ThreadListener } from "./connection.js";
import { toProtocolInput } from "./input-to-protocol.js";
import { RpcError } from "./json-rpc-peer.js";
import type { ServerNotification } from "./protocol/ServerNotification.js";
import type { ServerRequest } from "./protocol/ServerRequest.js";
import type { JsonValue } from "./protocol/serde_json/JsonValue.js";
import type { Turn } from "./protocol/v2/Turn.js";
import { toRequestError } from "./request-error.js";
import { endCommands } from "./turn-commands.js";
import { toCodexError } from "./turn-error.js";
import { TurnTranslator } from "./turn-translator.js";
import { noUsage } from "./usage.js";

/** How the turn ended: codex's own word, or the connection's end. */
type Over = { turn: Turn } | { lost: CodexError };

/** What a turn needs of its thread. */
export interface TurnThread {
  readonly server: AppServer;
  readonly id: string | null;
  readonly cwd: string | undefined;
  load(connection: Connection, signal: AbortSignal, onLoaded: (threadId: string) => void): Promise<string>;
  unload(): void;
  markSaved(): void;
}

export class AppServerTurn implements RunningTurn, ThreadListener {
  readonly ended: Promise<TurnEnd>;

  readonly #thread: TurnThread;
  readonly #request: TurnRequest;
  readonly #emit: EventSink;
  /** Fires when the host wants the turn to end. */
  readonly #stop = new AbortController();
  readonly #over = deferred<Over>();
  #connection: Connection | undefined;
  #translator: TurnTranslator;
  #turnId: string | null = null;
  #resetsAt: Date | undefined;

  constructor(thread: TurnThread, request: TurnRequest, emit: EventSink) {
    this.#thread = thread;
    this.#request = request;
    this.#emit = emit;
    this.#translator = this.#newTranslator("turn");
    this.ended = this.#run();
  }

  isBusy(): boolean {
    return this.#translator.running.size > 0;
  }

  interrupt(reason: CodexError): void {
    this.#stop.abort(reason);
  }

  async steer(input: readonly InputPart[]): Promise<boolean> {
    if (!this.#connection || this.#turnId === null || this.#thread.id === null) return false;
    try {
      await this.#connection.request("turn/steer", {
        threadId: this.#thread.id,
        expectedTurnId: this.#turnId,
        input: toProtocolInput(input),
      });
      return true;
    } catch (error) {
      if (error instanceof RpcError) return false;
      throw error;
    }
  }

  onNotification(notification: ServerNotification): void {
    if (this.#isOfAnotherTurn(notification)) return;
    this.#translator.read(notification);
    if (notification.method === "turn/completed") this.#over.resolve({ turn: notification.params.turn });
  }

  onRequest(_request: ServerRequest): Promise<unknown> | undefined {
    return undefined;
  }

  onClosed(error: CodexError): void {
    this.#over.resolve({ lost: error });
  }

  async #run(): Promise<TurnEnd> {
    // Nothing of the turn may run before its caller holds it.
    await Promise.resolve();
    let release: (() => void) | undefined;
    try {
      const connection = await this.#unlessStopped(this.#thread.server.connect());
      this.#connection = connection;
      release = connection.hold();
      await this.#start(connection);
      const over = await this.#untilOver(connection);
      return await this.#end(connection, over);
    } catch (error) {
      throw asCodexError(error);
    } finally {
      if (this.#connection && this.#thread.id !== null) this.#connection.unlisten(this.#thread.id, this);
      release?.();
    }
  }

  async #start(connection: Connection): Promise<void> {
    try {
      const signal = this.#stop.signal;
      const onLoaded = (id: string) => {
        if (signal.aborted) return;
        connection.listen(id, this);
        this.#emit({ type: "thread.started", thread_id: id });
      };
      const threadId = await this.#unlessStopped(this.#thread.load(connection, signal, onLoaded));
      signal.throwIfAborted();
      await connection.request("turn/start", this.#params(threadId), {
        signal,
        onResult: ({ turn }) => this.#begin(turn.id),
      });
    } catch (error) {
      if (isTooLarge(error))
        throw new InvalidInputError(`The input is too large for codex: ${error.message}`, { cause: error });
      // codex unloads threads that were idle for long; the next turn loads it again.
      if (error instanceof RpcError) this.#thread.unload();
      throw toRequestError(error);
    }
  }

  #params(threadId: string) {
    const { input, outputSchema, model, modelReasoningEffort, cyberAccessProgram } = this.#request;
    return {
      threadId,
      input: toProtocolInput(input),
      // A JSON Schema is JSON; its type here is only less exact.
      ...(outputSchema !== undefined && { outputSchema: outputSchema as JsonValue }),
      ...(model !== undefined && { model }),
      ...(modelReasoningEffort !== undefined && { effort: modelReasoningEffort }),
      ...(cyberAccessProgram !== undefined && {
        cyberAccessProgram: cyberPrograms[cyberAccessProgram],
      }),
    };
  }

  #begin(turnId: string): void {
    this.#turnId = turnId;
    this.#translator = this.#newTranslator(turnId);
  }

  #newTranslator(turnId: string): TurnTranslator {
    const redact = (text: string) => this.#redacted(text);
    return new TurnTranslator(this.#emit, { turnId, cwd: this.#thread.cwd, redact });
  }

  #redacted(text: string): string {
    return this.#connection?.redact(text) ?? text;
  }

  /** Waits for the end of the turn; when the host wants it to end, sees to it that it does. */
  async #untilOver(connection: Connection): Promise<Over> {
    const stopped = once(this.#stop.signal);
    const first = await Promise.race([this.#over.promise, stopped.then(() => "stopped" as const)]);
    if (first !== "stopped") return first;
    return this.#interrupt(connection);
  }

  async #interrupt(connection: Connection): Promise<Over> {
    const graceMs = Math.max(this.#thread.server.shutdownGraceMs, shortestWaitMs);
    const params = { threadId: this.#thread.id ?? "", turnId: this.#turnId ?? "" };
    connection.request("turn/interrupt", params).catch(() => undefined);
    const over = await withLimit(graceMs, this.#over.promise);
    if (over) return over;
    // codex does not answer any more, so nothing that it runs can be ended one by one.
    const error = new ProtocolError(`codex did not end an interrupted turn within ${graceMs} ms and was ended itself.`);
    await connection.close(this.#thread.server.shutdownGraceMs, error);
    return { lost: error };
  }

  async #end(connection: Connection, over: Over): Promise<TurnEnd> {
    const stopReason: unknown = this.#stop.signal.aborted ? this.#stop.signal.reason : undefined;
    if ("lost" in over) {
      this.#thread.unload();
      await connection.process.exited;
      throw stopReason ?? over.lost;
    }
    this.#thread.markSaved();
    if (over.turn.status === "completed") return this.#complete();
    const { commandIds } = this.#translator;
    await endCommands(connection, this.#thread.id ?? "", commandIds, this.#thread.server.shutdownGraceMs);
    if (stopReason !== undefined) throw stopReason;
    throw this.#fail(over.turn);
  }

  #complete(): TurnEnd {
    const { usage, diff } = this.#translator;
    this.#translator.finish();
    this.#emit({ type: "turn.completed", usage: usage.turn ?? noUsage });
    return { id: this.#turnId, diff, usage: usage.turn, threadUsage: usage.thread };
  }

  #fail(turn: Turn): CodexError {
    const message =
      turn.status === "interrupted"
        ? "codex interrupted the turn by itself."
        : "The turn failed; codex did not say why.";
    const reported = turn.error ?? { message, codexErrorInfo: null, additionalDetails: null, misalignment: null };
    reported.message = this.#redacted(reported.message);
    const error = toCodexError(reported, this.#resetsAt);
    this.#emit({ type: "turn.failed", error: { message: reported.message, code: error.code } });
    return error;
  }

  #isOfAnotherTurn({ params }: ServerNotification): boolean {
    const turnId = turnIdOf(params);
    return turnId !== undefined && turnId !== this.#turnId;
  }

  async #unlessStopped<Result>(work: Promise<Result>): Promise<Result> {
    work.catch(() => undefined);
    const { signal } = this.#stop;
    signal.throwIfAborted();
    return Promise.race([work, once(signal).then(() => Promise.reject(asCodexError(signal.reason)))]);
  }
}

const cyberPrograms = { standard: "standard", daybreak_blue: "daybreakBlue", daybreak_red: "daybreakRed" } as const;

/** An interrupt takes codex some 20 ms; a machine under load may need more. */
const shortestWaitMs = 1_000;

function turnIdOf(params: unknown): string | undefined {
  if (typeof params !== "object" || params === null) return undefined;
  if ("turnId" in params && typeof params.turnId === "string") return params.turnId;
  if ("turn" in params && typeof params.turn === "object" && params.turn !== null && "id" in params.turn) {
    return String(params.turn.id);
  }
  return undefined;
}

function once(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

async function withLimit<Result>(limitMs: number, work: Promise<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function isTooLarge(error: unknown): error is RpcError {
  return error instanceof RpcError && JSON.stringify(error.data ?? "").includes("input_too_large");
}

function asCodexError(error: unknown): CodexError {
  if (CodexError.isInstance(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ProtocolError(`The turn ended in an unexpected error: ${message}`, { cause: error });
}
