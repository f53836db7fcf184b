// What the page and its server tell each other. Dates are ISO texts.
import type {
  ApprovalDecision,
  ApprovalRequest,
  ModelCall,
  RateLimits,
  RecordedInput,
  SubagentUsage,
  ThreadError,
  ThreadItem,
  TurnStatus,
  Usage,
} from "../index.js";

export interface ThreadSummary {
  id: string;
  name: string | null;
  preview: string;
  snippet?: string;
  createdAt: string;
  updatedAt: string;
  cwd: string;
  branch: string | null;
  model: string | null;
  modelProvider: string;
  source: string;
  isRunning: boolean;
  archived: boolean;
  parentThreadId: string | null;
  forkedFromId: string | null;
}

export interface ThreadListView {
  threads: ThreadSummary[];
  nextCursor: string | null;
}

/** What the page may do, and where its stream begins. */
export interface StateView {
  hasControl: boolean;
  /** For `/api/events`. */
  cursor: string;
  requests: OpenRequest[];
  rateLimits: RateLimits | null;
}

export interface TurnSummary {
  id: string;
  status: TurnStatus;
  startedAt: string | null;
  durationMs: number | null;
  error: ThreadError | null;
  usage: Usage | null;
  totalUsage: Usage | null;
  calls: ModelCall[];
  subagents: SubagentUsage[];
  /** The row of its prompt. */
  row: number;
}

export interface ThreadView {
  thread: ThreadSummary;
  turns: TurnSummary[];
  rowCount: number;
  /** The running turn, as far as this program runs it. Its rows follow the others. */
  live: LiveTurnView | null;
  subagents: ThreadSummary[];
  /** Where the stream continues that this view does not have yet. */
  cursor: string;
}

/** A text of an item that is longer than what was sent. */
export interface Cut {
  /** JSON pointer to the text in the item. */
  path: string;
  /** Offset of the part that was sent. */
  from: number;
  length: number;
}

export interface ItemView {
  /** Long texts and lists are shortened; `cuts` has the texts. */
  item: ThreadItem;
  cuts: Cut[];
}

export type Row =
  | { kind: "prompt"; turnId: string; startedAt: string | null; input: RecordedInput[]; cuts: Cut[] }
  | ({ kind: "item"; turnId: string } & ItemView)
  | {
      kind: "end";
      turnId: string;
      status: TurnStatus;
      error: ThreadError | null;
      durationMs: number | null;
      usage: Usage | null;
    };

export interface RowsView {
  from: number;
  rows: Row[];
}

export interface TextView {
  text: string;
  from: number;
  length: number;
}

export interface LiveTurnView {
  key: string;
  input: string;
  startedAt: string;
  items: ItemView[];
}

export interface OpenRequest {
  id: string;
  threadId: string;
  isSubagent: boolean;
  request: ApprovalRequest;
  /** The answers that are possible here. */
  answers: readonly ApprovalDecision[];
  /** The request is too large to be shown in full, and cannot be allowed here. */
  isCut: boolean;
}

export type RequestEnd = "answered" | "withdrawn" | "expired";

/** What the stream tells. */
export type InspectEvent =
  /** The viewer was away for too long: read everything again. */
  | { type: "reset" }
  | { type: "thread"; threadId: string; change: string }
  | { type: "turn.started"; threadId: string; turn: LiveTurnView }
  | ({ type: "item"; threadId: string; key: string } & ItemView)
  /** Text was added to an item, at this offset. */
  | { type: "delta"; threadId: string; key: string; itemId: string; from: number; text: string }
  | { type: "turn.ended"; threadId: string; key: string; error: string | null }
  | { type: "request"; request: OpenRequest }
  | { type: "request.ended"; id: string; end: RequestEnd; decision: ApprovalDecision | null }
  | { type: "notice"; threadId: string | null; level: "warning" | "error"; message: string }
  | { type: "rate_limits"; rateLimits: RateLimits };
