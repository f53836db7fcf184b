// The parts of a turn for user interfaces, independent of the transfer protocol.
import type {
  ApprovalDecision,
  ApprovalRequest,
  CodexError,
  ElicitationRequest,
  MessagePhase,
  TodoItem,
  Usage,
  UserQuestion,
} from "../../index.js";
import type { TailText } from "./tail-text.js";

/** A message of the agent, or a summary of its reasoning. */
export interface TextPart {
  kind: "text" | "reasoning";
  id: string;
  text: string;
  phase?: MessagePhase;
  isDone: boolean;
}

export type ToolStatus = "running" | "completed" | "failed" | "declined" | "interrupted";

/** A command, a patch, a web search, a sub-agent, or a call of an MCP tool or host tool. */
export interface ToolPart {
  kind: "tool";
  id: string;
  /** `codex.command`, `codex.patch`, `codex.web_search`, `codex.view_image`, `codex.subagent`, `mcp.<server>.<tool>`, or the host tool's name. */
  name: string;
  /** One line for a heading, such as the command. */
  title: string;
  input: unknown;
  status: ToolStatus;
  /** The result of the tool; `undefined` until there is one. `toolOutput` combines it with `text`. */
  result: unknown;
  /** The stored part of a command's output. */
  text?: TailText;
  /** Its approval request. */
  approvalId?: string;
  /** The reason of the failure, for users. */
  error?: string;
  isDone: boolean;
}

export interface PlanPart {
  kind: "plan";
  id: string;
  steps: TodoItem[];
  isDone: boolean;
}

/** While the turn runs, the patches applied so far. After its end, the net change as one unified diff. */
export interface DiffPart {
  kind: "diff";
  id: string;
  diff: string;
  isDone: boolean;
}

/** A notice that did not end the turn, such as an MCP server that did not start. */
export interface NoticePart {
  kind: "notice";
  id: string;
  message: string;
  isDone: boolean;
}

/**
 * `withdrawn`: Codex no longer waits for an answer. `expired`: it was declined because the answer did not arrive in
 * time.
 */
export type RequestStatus = "pending" | "approved" | "declined" | "answered" | "withdrawn" | "expired";

/** An approval request. */
export interface ApprovalPart {
  kind: "approval";
  id: string;
  /** The tool part to which it belongs; a separate ID if there is none. */
  toolCallId: string;
  /** Whether `toolCallId` is the ID of a tool part of this turn. */
  hasTool: boolean;
  request: ApprovalRequest;
  status: RequestStatus;
  decision?: ApprovalDecision;
  isDone: boolean;
}

/** A question of the agent or an MCP server to the user. */
export interface QuestionPart {
  kind: "question";
  id: string;
  question: { type: "user_input"; questions: UserQuestion[] } | ({ type: "elicitation" } & ElicitationRequest);
  status: RequestStatus;
  isDone: boolean;
}

/** Input that the user added to the running turn. */
export interface SteeringPart {
  kind: "steering";
  id: string;
  text: string;
  isDone: boolean;
}

export type TurnPart =
  | TextPart
  | ToolPart
  | PlanPart
  | DiffPart
  | NoticePart
  | ApprovalPart
  | QuestionPart
  | SteeringPart;

/** Metadata of a turn. Fields are added as they become known. */
export interface TurnMetadata {
  threadId?: string;
  turnId?: string;
  usage?: Usage;
  /** The cost of the turn. Absent if prices are not configured. */
  cost?: unknown;
  /** The cursor from which a message continues after an approval request. */
  cursor?: string;
}

export type TurnOutcome =
  | { status: "completed" }
  | { status: "failed"; error: CodexError }
  | { status: "interrupted"; error: CodexError };

/** A change of a turn. Applying all changes in order yields the turn. */
export type TurnChange =
  | { type: "turn.started"; metadata: TurnMetadata }
  | { type: "turn.metadata"; metadata: TurnMetadata }
  | { type: "part.started"; part: TurnPart }
  /** Text was added to a message, to reasoning, or to a command's output. */
  | { type: "part.delta"; part: TurnPart; delta: string }
  | { type: "part.updated"; part: TurnPart }
  | { type: "part.ended"; part: TurnPart }
  | { type: "turn.ended"; outcome: TurnOutcome; metadata: TurnMetadata };
