// Converts errors to sentences for end users. Error messages can contain paths, hosts and settings, so they are not
// shown.
import { CodexError } from "../../index.js";
import type { CodexErrorCode } from "../../index.js";

const texts: Partial<Record<CodexErrorCode, string>> = {
  usage_limit: "The usage limit of the agent's account is reached. Try again later.",
  rate_limit: "The model receives too many requests at the moment. Try again in a moment.",
  overloaded: "The model is overloaded at the moment. Try again in a moment.",
  context_window_exceeded: "The conversation has become too long for the model. Start a new conversation.",
  stream_disconnected: "The connection to the model was lost. Try again.",
  policy: "The request was refused by a usage policy.",
  timed_out: "The agent took too long and was stopped. Try again.",
  thread_not_found: "This conversation does not exist.",
  thread_archived: "This conversation is archived. Restore it before you continue it.",
  thread_in_use: "This conversation is in use elsewhere. Try again later.",
  thread_busy: "The agent is still working in this conversation. Try again when it has finished.",
  exited: "The agent stopped unexpectedly. Try again.",
  incomplete: "The agent stopped before it had finished. Try again.",
  interrupted: "The agent was stopped.",
  invalid_input: "The agent cannot process this input.",
};

/** A sentence for end users without details of the server. */
export function errorText(error: unknown): string {
  const known = CodexError.isInstance(error) ? texts[error.code] : undefined;
  return known ?? "The agent could not finish this request because of an error.";
}
