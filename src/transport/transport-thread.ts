// One conversation as a transport serves it.
import type { CodexError } from "../errors/errors.js";
import type { ThreadEvent, Usage } from "../events/events.js";
import type { InputPart } from "../input/input.js";
import type { CyberAccessProgram, ModelReasoningEffort } from "../options/options.js";
import type { ReviewTarget } from "../options/review-target.js";
import type { ModelCall, TurnUsage } from "../usage/turn-usage.js";

/** A turn, checked and ready to be sent. */
export interface TurnRequest {
  input: readonly InputPart[];
  /** Strict JSON Schema of the final answer. */
  outputSchema?: Record<string, unknown> | undefined;
  model?: string | undefined;
  modelReasoningEffort?: ModelReasoningEffort | undefined;
  cyberAccessProgram?: CyberAccessProgram | undefined;
}

/** What a turn was, beyond its events. */
export interface TurnEnd extends TurnUsage {
  /** codex's id of the turn; null where the transport has none. */
  id: string | null;
  /** The turn's unified diff, where known. */
  diff: string | null;
  /** The conversation's sum, where known. */
  threadUsage: Usage | null;
}

/** Receives a turn's events as they happen, in order. */
export type EventSink = (event: ThreadEvent) => void;

/** What a turn reports beside its events, to those who count and trace it. */
export interface TurnSignals {
  /** A model request has ended. `threadId` is the thread that made it: the turn's own, or a sub-agent's. */
  onCall?(threadId: string, call: ModelCall): void;
}

/** A turn that was sent. */
export interface RunningTurn {
  /** Settles once, when the turn is over and what it started is gone. Rejects with a CodexError. */
  readonly ended: Promise<TurnEnd>;
  /** What is known of the turn so far. */
  readonly soFar: TurnEnd;
  /** Whether work is known to go on in silence: a command, a tool, an approval. */
  isBusy(): boolean;
  /** Adds input to the running turn; false when it was too late. */
  steer(input: readonly InputPart[]): Promise<boolean>;
  /** Ends the turn; `reason` is what `ended` then rejects with, unless the turn has already ended. */
  interrupt(reason: CodexError): void;
}

/** One conversation. Its turns are started one at a time. */
export interface TransportThread {
  /** null until codex has made the thread. */
  readonly id: string | null;
  startTurn(request: TurnRequest, emit: EventSink, signals?: TurnSignals): RunningTurn;
  /** A turn that reviews; undefined where the transport has none. */
  startReview?(target: ReviewTarget, emit: EventSink, signals?: TurnSignals): RunningTurn;
  /** A turn that summarises the conversation; undefined where the transport has none. */
  startCompaction?(emit: EventSink, signals?: TurnSignals): RunningTurn;
}
