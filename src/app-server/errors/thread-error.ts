// The error for a request about a thread that Codex rejected.
import { InvalidInputError, ThreadInUseError } from "../../errors/errors.js";
import { requestProblem } from "../../errors/codex-messages.js";
import {
  archivedError,
  busyError,
  ephemeralError,
  claimedElsewhereError,
  threadNotFoundError,
} from "../../errors/thread-errors.js";
import type { Connection } from "../connection/connection.js";
import { RpcError } from "./rpc-error.js";
import { toRequestError } from "./request-error.js";

export function toThreadError(error: unknown, threadId: string, connection: Connection): unknown {
  if (!(error instanceof RpcError)) return error;
  const options = { cause: error };
  switch (requestProblem(error.originalMessage())) {
    case "thread_not_found":
      return threadNotFoundError(threadId, connection.info?.codexHome ?? "unknown", options);
    case "thread_archived":
      return archivedError(threadId, options);
    case "thread_in_use":
      return new ThreadInUseError(
        `Thread ${threadId} cannot be deleted, because forks of it still read its history. ` +
          "Delete the forks first, or archive the thread.",
        options,
      );
    case "thread_open_elsewhere":
      return claimedElsewhereError(threadId, options);
    case "thread_ephemeral":
      return ephemeralError(threadId, options);
    case "turn_in_progress":
      return busyError(threadId, options);
    case "turn_not_found":
      return new InvalidInputError(
        `Thread ${threadId} does not have this turn: ${error.message}. Use the ID of a turn that \`thread.history()\` lists.`,
        options,
      );
    case "invalid_cursor":
      return new InvalidInputError(
        `Codex rejected the cursor: ${error.message}. Pass the \`nextCursor\` of a page, or omit \`cursor\`.`,
        options,
      );
    default:
      return toRequestError(error);
  }
}

export function isThreadNotFound(error: unknown): error is RpcError {
  return error instanceof RpcError && requestProblem(error.originalMessage()) === "thread_not_found";
}
