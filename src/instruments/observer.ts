// The interface for observers of turns: telemetry, inspectors, dashboards.
import type { CodexError } from "../errors/errors.js";
import type { ThreadEvent, Usage } from "../events/events.js";
import type { ThreadItem } from "../events/items.js";
import type { ModelCall, TurnUsage } from "../usage/turn-usage.js";
import type { TurnCost } from "../usage/turn-cost.js";

/**
 * Observes the turns of a `Codex`. Every hook is optional and is not awaited. If a hook throws or rejects, one process
 * warning is emitted. Hooks must not change the values that they receive.
 */
export interface CodexObserver {
  /** Codex was started. `restarts` counts the starts after the first one: Codex had crashed or was ended. */
  onCodexStart?(start: { restarts: number }): void;
  /** A message was sent to Codex or received from it. For debugging: the protocol changes with each version of Codex. */
  onMessage?(message: ProtocolMessage): void;
  /** A turn was requested. Return an observer for it, or nothing to ignore the turn. */
  onTurn?(turn: TurnInfo): TurnObserver | undefined;
}

/** A JSON-RPC message between the SDK and Codex. */
export interface ProtocolMessage {
  direction: "sent" | "received";
  /** JSON with secrets replaced by `[redacted]`, cut after 16,384 characters. */
  text: string;
  /** The length of the original message in characters. */
  length: number;
  at: Date;
}

export interface TurnInfo {
  kind: "prompt" | "review" | "compaction";
  /** The thread's ID; null for the first turn of a new thread. */
  threadId: string | null;
  /** The requested model; null for Codex's default. */
  model: string | null;
  /** The prompt as the caller passed it; undefined for reviews and compactions. */
  input?: unknown;
  requestedAt: Date;
}

/** Observes one turn. */
export interface TurnObserver {
  /** The thread's earlier turns have ended, and the turn is sent. */
  onTurnStart?(start: { queuedMs: number }): void;
  onEvent?(event: ThreadEvent): void;
  onStepStart?(step: TurnStep): void;
  /** A step has ended. Model calls are reported only when they have ended, with both times. */
  onStepEnd?(step: TurnStep): void;
  onTurnEnd?(end: TurnOutcome): void;
  /**
   * Must call `work`, which runs code of the host for a step: a tool or a handler. Everything that `work` starts inherits the
   * context that the observer sets.
   */
  runInContext?(step: TurnStep, work: () => void): void;
  /** The W3C trace context that Codex sends to MCP servers and, if it exports traces, to the model's endpoint. */
  traceContext?(): TraceContext | undefined;
}

export interface TraceContext {
  traceparent: string;
  tracestate?: string | undefined;
}

export type TurnStepKind =
  | "model_call"
  | "command"
  | "patch"
  | "mcp_call"
  | "tool"
  | "web_search"
  | "subagent"
  | "compaction"
  | "approval"
  | "question";

/** An operation of a turn that has a duration. */
export interface TurnStep {
  /** Unique in its turn. */
  readonly id: string;
  readonly kind: TurnStepKind;
  /** The command's program, the tool, the model, or the handler. */
  readonly name: string;
  /** The thread of the step: the turn's own, or a sub-agent's. */
  readonly threadId: string;
  /** Whether it is a step of a sub-agent. */
  readonly isSubagent: boolean;
  /** When its sub-agent started to work. */
  readonly agentStartedAt?: Date;
  readonly startedAt: Date;
  /** Null while it runs. */
  readonly endedAt: Date | null;
  /** The result: `completed`, `failed`, `declined` or, for an approval, the decision. Null while it runs. */
  readonly outcome: string | null;
  /** For steps that are items of the turn. */
  readonly item?: ThreadItem;
  /** For `model_call`. */
  readonly call?: ModelCall;
}

/** The end of a turn. */
export interface TurnOutcome extends TurnUsage {
  turnId: string | null;
  threadId: string | null;
  finalResponse: string;
  items: readonly ThreadItem[];
  threadUsage: Usage | null;
  /** The cost of the turn; undefined without the option `prices`. */
  cost: TurnCost | undefined;
  /** The reason if the turn did not complete; undefined otherwise. */
  error: CodexError | undefined;
  endedAt: Date;
}
