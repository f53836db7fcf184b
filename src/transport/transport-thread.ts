// One conversation as a transport serves it.
import type { CodexError } from "../errors/errors.js";
import type { ThreadEvent, Usage } from "../events/events.js";
import type { InputPart } from "../input/input.js";
import type { CyberAccessProgram, ModelReasoningEffort } from "../options/options.js";
import type { ReviewTarget } from "../options/review-target.js";

/** A turn, checked and ready to be sent. */
export interface TurnRequest {
  input: readonly InputPart[];
  /** Strict JSON Schema of the final answer. */
  outputSchema?: Record<string, unknown> | undefined;
  model?: string | undefined;
  modelReasoningEffort?: ModelReasoningEffort | undefined;
  cyberAccessProgram?: CyberAccessProgram | undefined;
}

/** What the end of a turn says beyond its events. */
export interface TurnEnd {
  /** codex's id of the turn; null where the transport has none. */
  id: string | null;
  /** The turn's unified diff, where known. */
  diff: string | null;
  usage: Usage | null;
  /** The conversation's sum, where known. */
  threadUsage: Usage | null;
}

/** Receives a turn's events as they happen, in order. */
export type EventSink = (event: ThreadEvent) => void;

/** A turn that was sent. */
export interface RunningTurn {
  /** Settles once, when the turn is over and what it started is gone. Rejects with a CodexError. */
  readonly ended: Promise<TurnEnd>;
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
  startTurn(request: TurnRequest, emit: EventSink): RunningTurn;
  /** A turn that reviews; undefined where the transport has none. */
  startReview?(target: ReviewTarget, emit: EventSink): RunningTurn;
  /** A turn that summarises the conversation; undefined where the transport has none. */
  startCompaction?(emit: EventSink): RunningTurn;
}
