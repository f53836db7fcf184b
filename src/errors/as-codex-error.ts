// Every error that reaches a caller is a CodexError.
import { messageOf } from "../internal/message-of.js";
import { CodexError, ProtocolError } from "./errors.js";

/** `error` itself if it is a CodexError; otherwise a ProtocolError that starts with `what`. */
export function asCodexError(error: unknown, what = "The turn ended in an unexpected error"): CodexError {
  return CodexError.isInstance(error) ? error : new ProtocolError(`${what}: ${messageOf(error)}`, { cause: error });
}
