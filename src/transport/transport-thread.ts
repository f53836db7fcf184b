// One conversation as a transport serves it.
import type { CodexError } from "../errors/errors.js";
import type { ThreadEvent, Usage } from "../events/events.js";
import type { InputPart } from "../input/input.js";
import type { SubagentActivity } from "../instruments/turn-recorder.js";
import type { ApprovalMode, CyberAccessProgram, ModelReasoningEffort, SandboxMode } from "../options/options.js";
import type { ReviewTarget } from "../options/review-target.js";
import type { RecordedEventPage } from "../records/recorded-event.js";
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
  /** Present for a turn that runs at most once. */
  once?: TurnOnce | undefined;
}

/** The sizes of a thread's files, by name. */
export type FileSizes = Record<string, number>;

/** A call of the agent whose output the thread's files do not contain. */
export interface RecordedCall {
  callId: string;
  /** The name of the tool, such as `exec_command`. */
  name: string;
  /** What the tool was called with, as the model wrote it. */
  arguments: string;
  /** Whether its output is that of a custom tool. */
  isCustom: boolean;
  /** The thread of the agent that made the call. */
  threadId: string;
  /** The recorded result of a call that ended before its output was recorded; null when no end was recorded. */
  result: string | null;
}

/** What Codex has recorded of a thread since a point. */
export interface RecordedPart {
  hasPrompt: boolean;
  /** The end of the last turn, if it completed with an answer. */
  completed: { turnId: string; finalResponse: string; usage: Usage | null } | null;
  unansweredCalls: RecordedCall[];
}

/** The record of a claimed thread in its store. */
export interface ThreadMarks {
  readonly threadId: string;
  readonly epoch: number;
  /** How much of each file the store has. */
  readonly sizes: FileSizes;
  /** The place in the thread's events that follows what the store has. */
  readonly eventsAfter: string;
  /** Sends what is known and not sent yet. */
  flush(): Promise<void>;
  read(key: string): Promise<MarkValue | undefined>;
  write(marks: Record<string, MarkValue>): Promise<void>;
  /** What was recorded after the files had these sizes. */
  recordedSince(sizes: FileSizes): Promise<RecordedPart>;
}

/** Decides whether a turn is sent, and records how it ended. */
export interface TurnOnce {
  /**
   * Called when the thread is claimed and loaded, and nothing of the turn was sent. What it throws ends the turn without
   * sending it.
   * @returns items of the conversation to add before the model is asked; undefined for a turn with a prompt.
   */
  begin(marks: ThreadMarks): Promise<readonly unknown[] | undefined>;
  /** Receives the events of the turn. */
  take(event: ThreadEvent): void;
  /** Marks to commit together with the last bytes of the turn. */
  end(marks: ThreadMarks, end: TurnEnd, error?: CodexError): Record<string, MarkValue>;
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

/** What a transport reports to while it runs a turn. */
export interface TurnHost {
  readonly emit: EventSink;
  /** Every tool and handler of the host runs inside a call, so that a turn cannot wait for itself. */
  readonly openCall: OpenCall;
  /** A model request has ended. `threadId` is the thread that made it: the turn's own, or a sub-agent's. */
  onCall?(threadId: string, call: ModelCall): void;
  /** A sub-agent of the turn has begun to work, or one of its items has started or completed. */
  onSubagent?(threadId: string, activity: SubagentActivity): void;
  /** Runs the host's tools and handlers for those who watch the turn. */
  readonly watchCall?: WatchCall | undefined;
  /** W3C trace context for Codex and its MCP servers. */
  readonly trace?: TraceContext | undefined;
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
  /** The model requests on record, of the thread and its sub-agents. Undefined where `Management` reads threads. */
  recordedCalls?(): Promise<ModelCall[]>;
  /** What concerns the store of the thread; undefined where there is none. */
  readonly stored?: StoredThreadAccess | undefined;
}

/** A thread that is kept in a store. */
export interface StoredThreadAccess {
  /** Creates and saves the thread before its first turn, with a title. */
  create(name: string): Promise<string>;
  /** Reads a mark without claiming the thread. */
  mark(key: string): Promise<MarkValue | undefined>;
  /** Reads a part of the thread's events without claiming the thread. */
  events(after: string | null): Promise<RecordedEventPage>;
  /** Gives the claim back, so that other machines can use the thread. */
  release(): Promise<void>;
}
