// What the agent and its MCP servers ask the user, and the answers.
import type { RequestContext } from "./approval.js";

/** The agent asks the user (`request_user_input`). */
export interface UserInputRequest {
  questions: UserQuestion[];
}

export interface UserQuestion {
  /** The key of its answer. */
  id: string;
  /** A short label. */
  header: string;
  question: string;
  /** What to choose from; null when any text will do. */
  options: { label: string; description: string }[] | null;
  /** Whether an answer other than the options will do too. */
  isOther: boolean;
  /** Whether the answer should not be shown while it is typed. */
  isSecret: boolean;
}

/** The answers by the questions' ids: a label or any text, or several. `undefined` declines; a question may be left out. */
export type UserInputAnswer = Readonly<Record<string, string | readonly string[]>> | undefined;

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
  message: string;
  /** JSON Schema of the `content` that accepts it. */
  schema: Record<string, unknown>;
  /** The server's own remarks. */
  meta: unknown;
}

export interface UrlElicitation {
  mode: "url";
  server: string;
  message: string;
  /** The page to open. Show the user its host before. */
  url: string;
  elicitationId: string;
  meta: unknown;
}

/** `accept` with what the form asked for; of a page, that it was opened. `undefined` declines. */
export type ElicitationAnswer =
  | { action: "accept"; content?: Readonly<Record<string, unknown>> | undefined }
  | { action: "decline" | "cancel" }
  | "accept"
  | "decline"
  | "cancel"
  | undefined;

export type ElicitationHandler = (
  request: ElicitationRequest,
  context: RequestContext,
) => ElicitationAnswer | Promise<ElicitationAnswer>;
