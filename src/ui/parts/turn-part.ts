// What a person sees of a turn, independent of the protocol that carries it to the screen.
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
  /** What the tool returned. `undefined` until it has returned something. `toolOutput` has it together with `text`. */
  result: unknown;
  /** A command's output, as far as it is kept. */
  text?: TailText;
  /** The request for approval that was made for it. */
  approvalId?: string;
  /** Why it failed, for people to read. */
  error?: string;
  isDone: boolean;
}

export interface PlanPart {
  kind: "plan";
  id: string;
  steps: TodoItem[];
  isDone: boolean;
}

/** While the turn runs: the patches applied so far. When it has ended: the net change, as one unified diff. */
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

/** `withdrawn`: Codex no longer waits for an answer. `expired`: nobody answered in time, so it was declined. */
export type RequestStatus = "pending" | "approved" | "declined" | "answered" | "withdrawn" | "expired";

/** Codex asks before it acts. */
export interface ApprovalPart {
  kind: "approval";
  id: string;
  /** The tool part that it is about; an ID of its own where there is none. */
  toolCallId: string;
  /** Whether `toolCallId` names a tool part of this turn. */
  hasTool: boolean;
  request: ApprovalRequest;
  status: RequestStatus;
  decision?: ApprovalDecision;
  isDone: boolean;
}

/** The agent, or an MCP server, asks the user. */
export interface QuestionPart {
  kind: "question";
  id: string;
  question: { type: "user_input"; questions: UserQuestion[] } | ({ type: "elicitation" } & ElicitationRequest);
  status: RequestStatus;
  isDone: boolean;
}

/** What the user added to the running turn. */
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

/** What is known about a turn besides its parts. Fields appear as they become known. */
export interface TurnMetadata {
  threadId?: string;
  turnId?: string;
  usage?: Usage;
  /** As the core reports it. Absent when no prices are configured. */
  cost?: unknown;
  /** Where a message continues that ended for an approval. */
  cursor?: string;
}

export type TurnOutcome =
  | { status: "completed" }
  | { status: "failed"; error: CodexError }
  | { status: "interrupted"; error: CodexError };

/** One thing that happened to a turn. A reader that applies them in order has the turn. */
export type TurnChange =
  | { type: "turn.started"; metadata: TurnMetadata }
  | { type: "turn.metadata"; metadata: TurnMetadata }
  | { type: "part.started"; part: TurnPart }
  /** Text was added: to a message, to reasoning, or to a command's output. */
  | { type: "part.delta"; part: TurnPart; delta: string }
  | { type: "part.updated"; part: TurnPart }
  | { type: "part.ended"; part: TurnPart }
  | { type: "turn.ended"; outcome: TurnOutcome; metadata: TurnMetadata };
