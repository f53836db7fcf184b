// Questions of the agent and of MCP servers to the user, and the answers.
import type { Declines, RequestContext } from "./approval.js";

/** A question of the agent to the user (`request_user_input`). */
export interface UserInputRequest {
  questions: UserQuestion[];
}

export interface UserQuestion {
  /** The key of the answer. */
  id: string;
  /** A short label. */
  header: string;
  question: string;
  /** The options to choose from; null if any text is accepted. */
  options: { label: string; description: string }[] | null;
  /** Whether an answer other than the options is accepted too. */
  isOther: boolean;
  /** Whether the answer must be hidden while it is typed. */
  isSecret: boolean;
}

/** The answers by question ID: a label, any text, or several. Questions may be omitted. */
export type UserInputAnswer = Readonly<Record<string, string | readonly string[]>> | Declines;

/** The context of the agent's question. */
export interface UserInputContext extends RequestContext {
  /** The ID of the call that asks. */
  itemId: string;
}

export type UserInputHandler = (
  request: UserInputRequest,
  context: UserInputContext,
) => UserInputAnswer | Promise<UserInputAnswer>;

/** A request of an MCP server to the user (elicitation): to fill in a form, or to open a page. */
export type ElicitationRequest = FormElicitation | UrlElicitation;

export interface FormElicitation {
  mode: "form";
  /** The server's name in the configuration. */
  server: string;
  /** Written by the server. It may imitate a question of Codex or of your program. */
  message: string;
  /** JSON Schema of the `content` of an `accept`. */
  schema: Record<string, unknown>;
  /** The server's own metadata. */
  meta: unknown;
}

export interface UrlElicitation {
  mode: "url";
  server: string;
  message: string;
  /** The page to open. Show its host to the user first. */
  url: string;
  elicitationId: string;
  meta: unknown;
}

/** `accept` with the `content` that the form requests. Omit `content` for a page that was opened. */
export type ElicitationAnswer =
  | { action: "accept"; content?: Readonly<Record<string, unknown>> | undefined }
  | { action: "decline" | "cancel" }
  | "accept"
  | "decline"
  | "cancel"
  | Declines;

export type ElicitationHandler = (
  request: ElicitationRequest,
  context: RequestContext,
) => ElicitationAnswer | Promise<ElicitationAnswer>;
