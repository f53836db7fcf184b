// The types of requests and responses between the page and its server. Dates are ISO strings.
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
  /** The agent's name in Codex. */
  nickname: string | null;
  role: string | null;
  name: string | null;
  preview: string;
  isRunning: boolean;
}

/** The working tree of the repository of a thread. */
export interface WorkingTreeView {
  root: string;
  /** The current commit; null in a repository without commits. */
  base: string | null;
  diff: string;
  /** Whether the diff was truncated. */
  isCut: boolean;
}

export interface ThreadListView {
  threads: ThreadSummary[];
  nextCursor: string | null;
}

/** The permissions of the page, and the start of its event stream. */
export interface StateView {
  hasControl: boolean;
  /** The cursor for `/api/events`. */
  cursor: string;
  requests: OpenRequest[];
  rateLimits: RateLimits | null;
  /** Whether prices are configured. */
  hasPrices: boolean;
}

/** The used share of the account's limits, in percent; null for a limit that the account does not have. */
export interface LimitSample {
  at: string;
  primary: number | null;
  secondary: number | null;
}

export interface LimitsView {
  latest: RateLimits | null;
  /** Since the start of the inspector, oldest first. */
  samples: LimitSample[];
}

/** A message between the SDK and Codex. */
export interface ProtocolEntry {
  seq: number;
  direction: "sent" | "received";
  at: string;
  method: string | null;
  threadId: string | null;
  /** Redacted, and truncated after 16,384 characters. */
  text: string;
  length: number;
}

export interface ProtocolView {
  messages: ProtocolEntry[];
  /** The number of the newest message, for the next read. */
  last: number;
  /** Whether messages are missing: they were dropped, or there were too many since the last read. */
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
  /** `usd` is null if the model's price is unknown, or prices are not configured. */
  calls: (ModelCall & { usd: number | null })[];
  subagents: SubagentUsage[];
  /** The index of the row with its prompt. */
  row: number;
}

export interface ThreadView {
  thread: ThreadSummary;
  turns: TurnSummary[];
  rowCount: number;
  /** The running turn, if this process runs it. Its rows follow the others. */
  live: LiveTurnView | null;
  /** The threads of its sub-agents, at any depth. */
  subagents: SubagentThread[];
  /** The cursor from which the event stream continues this view. */
  cursor: string;
}

/** A truncated text of an item. */
export interface Cut {
  /** JSON pointer to the text in the item. */
  path: string;
  /** The offset of the part that was sent. */
  from: number;
  length: number;
}

export interface ItemView {
  /** Long texts and lists are truncated. `cuts` lists the texts. */
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

/** `isCut`: the request is too large to show in full, so it cannot be approved on the page. */
export type RequestBody =
  /** `answers` lists the possible decisions. */
  | { kind: "approval"; request: ApprovalRequest; answers: readonly ApprovalDecision[]; isCut: boolean }
  /** From the agent. */
  | { kind: "questions"; request: UserInputRequest; isCut: boolean }
  /** From an MCP server. */
  | { kind: "elicitation"; request: ElicitationRequest; isCut: boolean };

export type RequestEnd = "answered" | "withdrawn" | "expired";

/** An event of the stream. */
export type InspectEvent =
  /** The viewer was disconnected for too long, and must read everything again. */
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
