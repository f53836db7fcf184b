// The interface of a thread to its transport.
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

/** A turn that is validated and ready to be sent. */
export interface TurnRequest {
  input: readonly InputPart[];
  /** Strict JSON Schema of the final answer. */
  outputSchema?: Record<string, unknown> | undefined;
  model?: string | undefined;
  modelReasoningEffort?: ModelReasoningEffort | undefined;
  cyberAccessProgram?: CyberAccessProgram | undefined;
  /** Applies to this turn only. */
  sandboxMode?: SandboxMode | undefined;
  /** Applies to this turn only. */
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
  /** The arguments of the call, as the model wrote them. */
  arguments: string;
  /** Whether its output has the form of a custom tool's output. */
  isCustom: boolean;
  /** The thread of the agent that made the call. */
  threadId: string;
  /** The result of a call that ended before its output was recorded; null if no end was recorded. */
  result: string | null;
}

/** What Codex has recorded for a thread since a point. */
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
  /** The stored size of each file. */
  readonly sizes: FileSizes;
  /** The place in the thread's events that follows what the store has. */
  readonly eventsAfter: string;
  /** Stores all data that has not been stored yet. */
  flush(): Promise<void>;
  read(key: string): Promise<MarkValue | undefined>;
  write(marks: Record<string, MarkValue>): Promise<void>;
  /** The records after these sizes of the files. */
  recordedSince(sizes: FileSizes): Promise<RecordedPart>;
}

/** Decides whether a turn is sent, and records how it ended. */
export interface TurnOnce {
  /**
   * Called when the thread is claimed and loaded, before anything of the turn is sent. If it throws, the turn ends without
   * being sent.
   * @returns items to add to the conversation before the model is called; undefined for a turn with a prompt.
   */
  begin(marks: ThreadMarks): Promise<readonly unknown[] | undefined>;
  /** Receives the events of the turn. */
  onEvent(event: ThreadEvent): void;
  /** Marks to commit together with the last bytes of the turn. */
  end(marks: ThreadMarks, end: TurnEnd, error?: CodexError): Record<string, MarkValue>;
}

/** The result of a turn, in addition to its events. */
export interface TurnEnd extends TurnUsage {
  /** Codex's ID of the turn; null if the transport does not report one. */
  id: string | null;
  /** The turn's unified diff, if known. */
  diff: string | null;
  /** The conversation's total, if known. */
  threadUsage: Usage | null;
}

/** Called with a turn's events as they happen, in order. */
export type EventSink = (event: ThreadEvent) => void;

export interface TraceContext {
  traceparent: string;
  tracestate?: string | undefined;
}

/** The functions with which a transport reports on a running turn. */
export interface TurnHost {
  readonly emit: EventSink;
  /** Every tool and handler of the host runs inside a call, so that a turn that would wait for itself is detected. */
  readonly openCall: OpenCall;
  /** A model request has ended. `threadId` is the thread that sent it: the turn's own, or a sub-agent's. */
  onCall?(threadId: string, call: ModelCall): void;
  /** A sub-agent of the turn has started to work, or one of its items has started or completed. */
  onSubagent?(threadId: string, activity: SubagentActivity): void;
  /** Runs the host's tools and handlers, and reports them to observers. */
  readonly watchCall?: WatchCall | undefined;
  /** W3C trace context for Codex and its MCP servers. */
  readonly trace?: TraceContext | undefined;
}

/** A turn that was sent. */
export interface RunningTurn {
  /** Settles once, when the turn and everything that it started have ended. Rejects with a CodexError. */
  readonly ended: Promise<TurnEnd>;
  /** The partial result of the turn. */
  readonly soFar: TurnEnd;
  /** Whether a command, tool or approval is running, so that the idle timer pauses. */
  isBusy(): boolean;
  /** Runs a harmless command in Codex's sandbox. False only if the sandbox did not start it. Never rejects. */
  sandboxWorks(): Promise<boolean>;
  /** Adds input to the running turn. False if the turn had ended. */
  steer(input: readonly InputPart[]): Promise<boolean>;
  /** Ends the turn. `ended` then rejects with `reason`, unless the turn has already ended. */
  interrupt(reason: CodexError): void;
}

/** Starts a prepared turn. */
export type TurnStart = (host: TurnHost) => RunningTurn;

/** One thread. Turns can be prepared at any time, and are started one at a time. */
export interface TransportThread {
  /** Null until Codex has created the thread. */
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
  /** Operations on the store of the thread; undefined without a store. */
  readonly stored?: StoredThreadAccess | undefined;
}

/** A thread in a store. */
export interface StoredThreadAccess {
  /** Creates and saves the thread, with a title, before its first turn. */
  create(name: string): Promise<string>;
  /** Reads a mark without claiming the thread. */
  mark(key: string): Promise<MarkValue | undefined>;
  /** Reads a part of the thread's events without claiming the thread. */
  events(after: string | null): Promise<RecordedEventPage>;
  /** Releases the claim, so that other machines can use the thread. */
  release(): Promise<void>;
}
