// What the page and its server tell each other. Dates are ISO texts.
import type {
  ApprovalDecision,
  ApprovalRequest,
  ElicitationRequest,
  ModelCall,
  RateLimits,
  RecordedInput,
  SubagentUsage,
  ThreadError,
  ThreadItem,
  TurnStatus,
  Usage,
  UserInputRequest,
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

export interface SubagentThread {
  id: string;
  parentThreadId: string | null;
  /** Codex's name for the agent. */
  nickname: string | null;
  role: string | null;
  name: string | null;
  preview: string;
  isRunning: boolean;
}

/** The working tree of the repository of a thread. */
export interface WorkingTreeView {
  root: string;
  /** The commit; null in a repository without one. */
  base: string | null;
  diff: string;
  /** The difference is longer than what was sent. */
  isCut: boolean;
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
  /** Whether the program has given prices. */
  hasPrices: boolean;
}

/** How much of the account's limits was used, in percent; null for a limit that the account does not have. */
export interface LimitSample {
  at: string;
  primary: number | null;
  secondary: number | null;
}

export interface LimitsView {
  latest: RateLimits | null;
  /** Oldest first, since the inspector was started. */
  samples: LimitSample[];
}

/** A message between the SDK and Codex. */
export interface ProtocolEntry {
  seq: number;
  direction: "sent" | "received";
  at: string;
  method: string | null;
  threadId: string | null;
  /** Redacted, and cut at 16,384 characters. */
  text: string;
  length: number;
}

export interface ProtocolView {
  messages: ProtocolEntry[];
  /** The newest message that there is, for the next read. */
  last: number;
  /** Messages are missing: they are no longer kept, or too many came since the last read. */
  isGap: boolean;
}

export interface TurnSummary {
  id: string;
  status: TurnStatus;
  startedAt: string | null;
  durationMs: number | null;
  error: ThreadError | null;
  usage: Usage | null;
  totalUsage: Usage | null;
  /** `usd` is null for a model without a known price, and without prices. */
  calls: (ModelCall & { usd: number | null })[];
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
  /** The threads that its agents made, at any depth. */
  subagents: SubagentThread[];
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

export type OpenRequest = { id: string; threadId: string; isSubagent: boolean } & RequestBody;

/** `isCut`: the request is too large to be shown in full, and cannot be allowed here. */
export type RequestBody =
  /** `answers` are possible here. */
  | { kind: "approval"; request: ApprovalRequest; answers: readonly ApprovalDecision[]; isCut: boolean }
  /** Of the agent. */
  | { kind: "questions"; request: UserInputRequest; isCut: boolean }
  /** Of an MCP server. */
  | { kind: "elicitation"; request: ElicitationRequest; isCut: boolean };

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
  | { type: "request.ended"; id: string; end: RequestEnd; decision: string | null }
  | { type: "notice"; threadId: string | null; level: "warning" | "error"; message: string }
  | { type: "rate_limits"; rateLimits: RateLimits };
