// One conversation as a transport serves it.
import type { CodexError } from "../errors/errors.js";
import type { ThreadEvent, Usage } from "../events/events.js";
import type { InputPart } from "../input/input.js";
import type { ApprovalMode, CyberAccessProgram, ModelReasoningEffort, SandboxMode } from "../options/options.js";
import type { ReviewTarget } from "../options/review-target.js";
import type { MarkValue } from "../thread-store/thread-append.js";
import type { OpenCall } from "../tools/host-call.js";
import type { WatchCall } from "../tools/watched-call.js";
import type { ModelCall, TurnUsage } from "../usage/turn-usage.js";

/** A turn, checked and ready to be sent. */
export interface TurnRequest {
  input: readonly InputPart[];
  /** Strict JSON Schema of the final answer. */
  outputSchema?: Record<string, unknown> | undefined;
  model?: string | undefined;
  modelReasoningEffort?: ModelReasoningEffort | undefined;
  cyberAccessProgram?: CyberAccessProgram | undefined;
  /** For this turn only. */
  sandboxMode?: SandboxMode | undefined;
  /** For this turn only. */
  approvalPolicy?: ApprovalMode | undefined;
}

/** The result of a turn, beyond its events. */
export interface TurnEnd extends TurnUsage {
  /** Codex's id of the turn; null where the transport has none. */
  id: string | null;
  /** The turn's unified diff, where known. */
  diff: string | null;
  /** The conversation's sum, where known. */
  threadUsage: Usage | null;
}

/** Receives a turn's events as they happen, in order. */
export type EventSink = (event: ThreadEvent) => void;

export interface TraceContext {
  traceparent: string;
  tracestate?: string | undefined;
}

/** A thread that this process has claimed in its store. */
export interface RecordedThread {
  readonly threadId: string;
  readonly epoch: number;
  /** Undefined for a key that was never set. */
  mark(key: string): Promise<MarkValue | undefined>;
  /** Resolves when the store has the marks, and all that Codex has written so far. @throws LeaseLostError; StoreError. */
  setMarks(marks: Record<string, MarkValue>): Promise<void>;
}

/** Records something about a turn in the store of its thread, in the same commits as the turn. */
export interface TurnRecorder {
  /** The thread is claimed and its history is here. Nothing of the turn was sent, nor is it if this rejects. */
  onClaimed(thread: RecordedThread): Promise<void>;
  /** The marks that are committed with the last bytes of the turn. */
  marksAtEnd(end: TurnEnd, isCompleted: boolean): Record<string, MarkValue>;
}

/** What a transport reports to while it runs a turn. */
export interface TurnHost {
  readonly emit: EventSink;
  /** Every tool and handler of the host runs inside a call, so that a turn cannot wait for itself. */
  readonly openCall: OpenCall;
  /** A model request has ended. `threadId` is the thread that made it: the turn's own, or a sub-agent's. */
  onCall?(threadId: string, call: ModelCall): void;
  /** Runs the host's tools and handlers for those who watch the turn. */
  readonly watchCall?: WatchCall | undefined;
  /** W3C trace context for Codex and its MCP servers. */
  readonly trace?: TraceContext | undefined;
  /** Only for threads in a store. */
  readonly recorder?: TurnRecorder | undefined;
}

/** A turn that was sent. */
export interface RunningTurn {
  /** Settles once, when the turn is over and what it started is gone. Rejects with a CodexError. */
  readonly ended: Promise<TurnEnd>;
  /** What is known of the turn so far. */
  readonly soFar: TurnEnd;
  /** Whether a command, tool or approval is open, so that silence is expected. */
  isBusy(): boolean;
  /** Runs a harmless command in Codex's sandbox. False only if the sandbox did not start it. Never rejects. */
  sandboxWorks(): Promise<boolean>;
  /** Adds input to the running turn. False if the turn had ended. */
  steer(input: readonly InputPart[]): Promise<boolean>;
  /** Ends the turn; `reason` is what `ended` then rejects with, unless the turn has already ended. */
  interrupt(reason: CodexError): void;
}

/** Starts a prepared turn. */
export type TurnStart = (host: TurnHost) => RunningTurn;

/** One thread. Its turns are prepared at any time, and started one at a time. */
export interface TransportThread {
  /** null until Codex has created the thread. */
  readonly id: string | null;
  /** Whether a turn without input continues one that was interrupted. */
  readonly canContinue: boolean;
  /** @throws UnsupportedError */
  prepareTurn(request: TurnRequest): TurnStart;
  /** A turn that reviews changes. @throws UnsupportedError */
  prepareReview(target: ReviewTarget): TurnStart;
  /** A turn that summarises the conversation. @throws UnsupportedError */
  prepareCompaction(): TurnStart;
}
