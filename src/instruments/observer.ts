// The interface for those who watch turns from outside: telemetry, inspectors, dashboards.
import type { CodexError } from "../errors/errors.js";
import type { ThreadEvent, Usage } from "../events/events.js";
import type { ThreadItem } from "../events/items.js";
import type { ModelCall, TurnUsage } from "../usage/turn-usage.js";
import type { TurnCost } from "../usage/turn-cost.js";

/**
 * Watches the turns of a `Codex`. Every hook is optional. A hook is never awaited; one that throws or rejects becomes a
 * process warning, once. What hooks receive must not be changed.
 */
export interface CodexObserver {
  /** Codex was started. `restarts` counts the starts after the first: Codex had crashed or was ended. */
  onCodexStart?(start: { restarts: number }): void;
  /** A message was sent to Codex or received from it. For debugging: the protocol changes with each version of Codex. */
  onMessage?(message: ProtocolMessage): void;
  /** A turn was asked for. Returns who watches it; nothing to ignore the turn. */
  onTurn?(turn: TurnInfo): TurnObserver | undefined;
}

/** A JSON-RPC message between the SDK and Codex. */
export interface ProtocolMessage {
  direction: "sent" | "received";
  /** JSON with secrets replaced by `[redacted]`, cut after 16,384 characters. */
  text: string;
  /** How long the message was, in characters. */
  length: number;
  at: Date;
}

export interface TurnInfo {
  kind: "prompt" | "review" | "compaction";
  /** The thread's ID; null for the first turn of a new thread. */
  threadId: string | null;
  /** The model that was asked for; null for Codex's default. */
  model: string | null;
  /** The prompt as the user gave it; undefined for reviews and compactions. */
  input?: unknown;
  requestedAt: Date;
}

/** Watches one turn. */
export interface TurnObserver {
  /** The turn's earlier turns have ended, and it is sent. */
  onTurnStart?(start: { queuedMs: number }): void;
  onEvent?(event: ThreadEvent): void;
  onStepStart?(step: TurnStep): void;
  /** A step has ended. Model calls are reported when they have ended, with both times. */
  onStepEnd?(step: TurnStep): void;
  onTurnEnd?(end: TurnOutcome): void;
  /**
   * Calls `work`, for code of the host that runs on behalf of a step: a tool or a handler. What `work` starts inherits the
   * context that the observer sets.
   */
  runInContext?(step: TurnStep, work: () => void): void;
  /** The W3C trace context that Codex sends to MCP servers and, where it exports traces, to the model's endpoint. */
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

/** Something that takes time in a turn. */
export interface TurnStep {
  /** Unique in its turn. */
  readonly id: string;
  readonly kind: TurnStepKind;
  /** The command's program, the tool, the model, or the handler. */
  readonly name: string;
  /** The thread that does it: the turn's own, or a sub-agent's. */
  readonly threadId: string;
  /** Whether a sub-agent does it. */
  readonly isSubagent: boolean;
  /** When the sub-agent that does it began to work. */
  readonly agentStartedAt?: Date;
  readonly startedAt: Date;
  /** Null while it runs. */
  readonly endedAt: Date | null;
  /** How it ended: `completed`, `failed`, `declined` or, for an approval, the decision. Null while it runs. */
  readonly outcome: string | null;
  /** For steps that are items of the turn. */
  readonly item?: ThreadItem;
  /** For `model_call`. */
  readonly call?: ModelCall;
}

/** How a turn ended. */
export interface TurnOutcome extends TurnUsage {
  turnId: string | null;
  threadId: string | null;
  finalResponse: string;
  items: readonly ThreadItem[];
  threadUsage: Usage | null;
  /** What the turn cost; undefined without the option `prices`. */
  cost: TurnCost | undefined;
  /** Why the turn did not end well; undefined for a turn that completed. */
  error: CodexError | undefined;
  endedAt: Date;
}
