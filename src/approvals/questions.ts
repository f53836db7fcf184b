// What the agent and its MCP servers ask the user, and the answers.
import type { Declines, RequestContext } from "./approval.js";

/** The agent asks the user (`request_user_input`). */
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
  /** Whether the answer must not be shown while it is typed. */
  isSecret: boolean;
}

/** The answers by the IDs of the questions: a label or any text, or several. Questions may be left out. */
export type UserInputAnswer = Readonly<Record<string, string | readonly string[]>> | Declines;

/** Where the agent's question comes from. */
export interface UserInputContext extends RequestContext {
  /** The call that asks. */
  itemId: string;
}

export type UserInputHandler = (
  request: UserInputRequest,
  context: UserInputContext,
) => UserInputAnswer | Promise<UserInputAnswer>;

/** An MCP server asks the user (elicitation): to fill in a form, or to open a page. */
export type ElicitationRequest = FormElicitation | UrlElicitation;

export interface FormElicitation {
  mode: "form";
  /** The server's name in the configuration. */
  server: string;
  /** Written by the server. It may pose as a question of Codex or of your program. */
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

/** `accept` with the `content` that the form asks for, or without for a page that was opened. */
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
