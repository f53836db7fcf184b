// A turn on one connection: its notifications, its requests, and its end.
import { ProtocolError, TurnIncompleteError } from "../../errors/errors.js";
import type { CodexError } from "../../errors/errors.js";
import { noUsage } from "../../events/usage.js";
import type { InputPart } from "../../input/input.js";
import { deferred } from "../../internal/deferred.js";
import { messageOf } from "../../internal/message-of.js";
import { mayHaveUnreported, readUnreportedItems } from "../../rollouts/unreported-calls.js";
import type { TurnEnd, TurnHost } from "../../transport/transport.js";
import type { Connection } from "../connection/connection.js";
import type { ThreadListener } from "../connection/thread-listeners.js";
import { RpcError } from "../errors/rpc-error.js";
import { toCodexError } from "../errors/turn-error.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import type { ServerRequest } from "../protocol/ServerRequest.js";
import type { Turn } from "../protocol/v2/Turn.js";
import type { Handlers } from "../server-requests/server-requests.js";
import { TurnRequests } from "../server-requests/turn-requests.js";
import { unknownUsage } from "../../usage/turn-usage.js";
import type { TurnMeter } from "../usage/usage-monitor.js";
import type { ThreadTools } from "../tools/thread-tools.js";
import { isExitedServer } from "./exited-server.js";
import { recordedTurn } from "./recorded-turn.js";
import { steerTurn } from "./steer-turn.js";
import { TurnTranslator } from "./turn-translator.js";

/** The end of a turn as reported by Codex, or the reason why it was not reported. */
export type TurnOutcome = { turn: Turn } | { lost: CodexError };

export interface SessionContext {
  connection: Connection;
  threadId: string;
  /** The directory of the thread. */
  cwd: string;
  /** The thread's previous turn. Its late notifications do not belong to this turn. */
  previousTurnId: string | null;
  host: TurnHost;
  handlers: Handlers;
  /** Further directories that the agent can write to. */
  additionalDirectories: readonly string[];
  tools: ThreadTools;
  /** Ends the turn. */
  interrupt(reason: CodexError): void;
}

/** Codex reports the thread as idle just before it reports the end of the turn. */
const idleGraceMs = [250, 1_000, 2_000];

export class TurnSession implements ThreadListener {
  readonly context: SessionContext;
  /** Resolves to the turn's ID. */
  readonly started = deferred<string>();
  readonly outcome = deferred<TurnOutcome>();
  readonly requests: TurnRequests;
  /** Whether an MCP server of the thread has ended, and must be started again. */
  hasExitedServer = false;
  turnId: string | null = null;
  #usage: TurnMeter | undefined;
  /** The turn in which a review runs. An interrupt must name this turn. */
  #innerTurnId: string | undefined;
  readonly #mcpFailures = new Set<string>();
  #translator: TurnTranslator;
  #hasEnded = false;
  /** Whether the turn completed. After a failed turn, Codex may still report the end of its commands. */
  #isCompleted = false;
  readonly #startedAt = new Date();
  #idleCheck: NodeJS.Timeout | undefined;
  /** Where the turn begins in the thread's file. */
  readonly #fileStart: { file: string; offset: number } | undefined;

  constructor(context: SessionContext) {
    this.context = context;
    this.#translator = this.#newTranslator("turn");
    const { connection, threadId, cwd, host, handlers, tools } = context;
    const redact = (text: string) => connection.redact(text);
    this.requests = new TurnRequests({
      handlers,
      tools: tools.openTurn({ openCall: host.openCall, watchCall: host.watchCall, redact }),
      openCall: host.openCall,
      watchCall: host.watchCall,
      onSubagent: (id, activity) => host.onSubagent?.(id, activity),
      connection,
      threadId,
      cwd,
      additionalDirectories: context.additionalDirectories,
      notice: (message) => this.#translator.notice(message),
      interrupt: (reason) => context.interrupt(reason),
    });
    this.#fileStart = connection.usage.fileEnd(threadId);
    connection.listeners.listen(threadId, this);
  }

  get commandIds(): ReadonlySet<string> {
    return this.#translator.commandIds;
  }

  isBusy(): boolean {
    return this.#translator.running.size > 0 || this.requests.openCount > 0;
  }

  /** The partial result of the turn. */
  get soFar(): TurnEnd {
    const usage = this.#usage?.usage ?? unknownUsage();
    return { ...usage, id: this.turnId, diff: this.#translator.diff, threadUsage: this.#usage?.threadUsage ?? null };
  }

  /** Waits for usage that Codex records but does not report. */
  async settleUsage(): Promise<void> {
    await this.#usage?.settle();
  }

  /** Emits the items of commands and patches that Codex recorded but did not report. */
  async emitUnreported({ status }: Turn): Promise<void> {
    const start = this.#fileStart;
    if (!start || !mayHaveUnreported(this.soFar.calls, status)) return;
    const isReported = (id: string) => this.#translator.hasReported(id);
    const items = await readUnreportedItems({ ...start, turnId: this.turnId, isReported });
    for (const item of items) this.context.host.emit({ type: "item.completed", item });
  }

  /** Sets the ID of the turn. */
  setTurnId(turnId: string): void {
    if (this.turnId === turnId) return;
    this.turnId = turnId;
    const { connection, threadId, host } = this.context;
    connection.hasServed = true;
    this.#usage = connection.usage.open(threadId, turnId, (id, call) => host.onCall?.(id, call));
    this.#translator = this.#newTranslator(turnId);
    this.started.resolve(turnId);
  }

  async steer(input: readonly InputPart[]): Promise<boolean> {
    const { connection, threadId } = this.context;
    return this.turnId !== null && steerTurn(connection, { threadId, turnId: this.turnId }, input);
  }

  /** Asks Codex to end the turn. If Codex no longer runs the turn, it is settled from Codex's record. */
  async interrupt(): Promise<void> {
    const { connection, threadId } = this.context;
    const turnId = this.#innerTurnId ?? this.turnId;
    try {
      if (turnId === null) await this.settleFromRecord();
      else await connection.request("turn/interrupt", { threadId, turnId });
    } catch (error) {
      if (error instanceof RpcError) await this.settleFromRecord();
    }
  }

  /**
   * Reads in Codex's record whether the turn has started and how it ended.
   *
   * With `trustInterrupted: false`, a turn recorded as interrupted stays open. Codex derives that status for every
   * turn without a recorded end, also for one that failed a moment ago and whose end is not written yet.
   */
  async settleFromRecord({ trustInterrupted = true } = {}): Promise<void> {
    const { connection, threadId, previousTurnId } = this.context;
    const query = this.turnId === null ? { startedAfter: this.#startedAt, notId: previousTurnId } : { id: this.turnId };
    const turn = await recordedTurn(connection, threadId, query);
    if (!turn || this.#hasEnded) return;
    this.setTurnId(turn.id);
    if (turn.status === "inProgress" || (turn.status === "interrupted" && !trustInterrupted)) return;
    for (const item of turn.items) {
      if (this.#translator.hasCompleted(item.id)) continue;
      const completedAtMs = Date.now();
      this.onNotification({ method: "item/completed", params: { threadId, turnId: turn.id, item, completedAtMs } });
    }
    this.onNotification({ method: "turn/completed", params: { threadId, turn } });
  }

  onNotification(notification: ServerNotification): void {
    try {
      this.#read(notification);
    } catch (error) {
      this.onUnreadable(notification.method, error);
    }
  }

  onUnreadable(method: string, error: unknown): void {
    const message = `Codex sent a "${method}" notification that cannot be read: ${messageOf(error)}`;
    this.context.interrupt(new ProtocolError(message, { cause: error }));
  }

  onRequest(request: ServerRequest): Promise<unknown> | undefined {
    return this.requests.answer(request);
  }

  acceptSubagent(threadId: string, rootTurnId: string): ThreadListener | undefined {
    return rootTurnId === this.turnId ? this.requests.acceptSubagent(threadId) : undefined;
  }

  onClosed(error: CodexError): void {
    this.requests.end();
    this.outcome.resolve({ lost: error });
  }

  /** The result of a turn that completed. */
  complete(): TurnEnd {
    this.#translator.finish();
    const end = this.soFar;
    this.context.host.emit({ type: "turn.completed", usage: end.usage ?? noUsage });
    return end;
  }

  /** Whether Codex reports a turn without a result as completed: a review without an answer. */
  get isEmpty(): boolean {
    return this.#translator.hasEmptyReview;
  }

  /** The error of a turn that failed. */
  errorOf(turn: Turn, limitResetsAt: Date | undefined): CodexError {
    const reported = turn.error ?? {
      message: this.#reason(turn),
      codexErrorInfo: null,
      additionalDetails: null,
      misalignment: null,
    };
    // Classified by Codex's original message, then redacted.
    return this.context.connection.redactError(toCodexError(reported, limitResetsAt));
  }

  /** Reports that the turn failed. */
  fail(turn: Turn, { code }: CodexError): void {
    const { connection, host } = this.context;
    const message = connection.redactMessage(turn.error?.message ?? this.#reason(turn));
    host.emit({ type: "turn.failed", error: { message, code } });
  }

  /** From here on, messages of the turn are ignored. */
  release(): void {
    clearTimeout(this.#idleCheck);
    this.context.connection.listeners.unlisten(this.context.threadId, this);
    this.requests.release();
    this.#usage?.close();
  }

  #read(notification: ServerNotification): void {
    if (this.#isCompleted) return;
    const { method, params } = notification;
    if (method === "turn/started") this.#onStarted(params.turn);
    if (this.#belongsToOtherTurn(notification)) return;
    this.requests.read(notification);
    this.#translator.read(notification);
    if (method === "item/completed") this.hasExitedServer ||= isExitedServer(params.item);
    if (method === "thread/status/changed") this.#onStatus(params.status.type);
    if (method === "thread/closed") {
      this.outcome.resolve({ lost: new TurnIncompleteError("Codex closed the thread before its turn had ended.") });
    }
    if (method !== "turn/completed") return;
    this.#hasEnded = true;
    this.#isCompleted = params.turn.status === "completed";
    this.outcome.resolve({ turn: params.turn });
  }

  #onStarted({ id, rootTurnId }: Turn): void {
    if (this.turnId === null && id !== this.context.previousTurnId) return this.setTurnId(id);
    if (id === this.turnId || rootTurnId !== this.turnId) return;
    this.#innerTurnId = id;
  }

  #belongsToOtherTurn({ method, params }: ServerNotification): boolean {
    const turnId = turnIdOf(params);
    if (method === "turn/started" && turnId === this.#innerTurnId) return false;
    return turnId !== undefined && turnId !== this.turnId;
  }

  /** If the thread is idle and the end of its turn is not reported, the report was lost. */
  #onStatus(status: "active" | "idle" | "notLoaded" | "systemError"): void {
    clearTimeout(this.#idleCheck);
    if (status !== "active") this.#checkIdle(0);
  }

  #checkIdle(attempt: number): void {
    const ms = idleGraceMs[attempt];
    if (ms === undefined) {
      const message = "Codex has ended the turn, but neither reported nor recorded how it ended. Run the turn again.";
      return this.outcome.resolve({ lost: new TurnIncompleteError(message) });
    }
    const check = setTimeout(() => {
      const trustInterrupted = attempt === idleGraceMs.length - 1;
      void this.settleFromRecord({ trustInterrupted }).then(() => {
        if (!this.#hasEnded && this.#idleCheck === check) this.#checkIdle(attempt + 1);
      });
    }, ms);
    this.#idleCheck = check;
  }

  #newTranslator(turnId: string): TurnTranslator {
    const { connection, host, cwd } = this.context;
    const redact = (text: string) => connection.redactMessage(text);
    return new TurnTranslator(host.emit, { turnId, cwd, redact, mcpFailures: this.#mcpFailures });
  }

  #reason({ status }: Turn): string {
    if (status === "interrupted") return "Codex interrupted the turn.";
    return this.isEmpty ? "The review ended without an answer." : "The turn failed, and Codex did not give a reason.";
  }
}

function turnIdOf(params: unknown): string | undefined {
  if (typeof params !== "object" || params === null) return undefined;
  if ("turnId" in params && typeof params.turnId === "string") return params.turnId;
  if ("turn" in params && typeof params.turn === "object" && params.turn !== null && "id" in params.turn) {
    return String(params.turn.id);
  }
  return undefined;
}
