// What codex refuses to do with a thread, as the error that a caller can catch.
import {
  InvalidInputError,
  ThreadArchivedError,
  ThreadBusyError,
  ThreadInUseError,
  ThreadNotFoundError,
  UnsupportedError,
} from "../../errors/errors.js";
import type { CodexError } from "../../errors/errors.js";
import type { Connection } from "../connection/connection.js";
import { RpcError } from "./rpc-error.js";
import { toRequestError } from "./request-error.js";

export function toThreadError(error: unknown, threadId: string, connection: Connection): unknown {
  if (!(error instanceof RpcError)) return error;
  const context = { threadId, said: error.message, home: connection.info?.codexHome ?? "unknown" };
  const make = refusals.find(([pattern]) => pattern.test(error.said()))?.[1];
  return make?.(context, { cause: error }) ?? toRequestError(error);
}

export function isThreadNotFound(error: unknown): error is RpcError {
  return error instanceof RpcError && notFound.test(error.said());
}

export function archivedError(threadId: string, options?: { cause: unknown }): ThreadArchivedError {
  return new ThreadArchivedError(`Thread ${threadId} is archived. Call \`unarchive()\` on it first.`, options);
}

export function busyError(threadId: string, options?: { cause: unknown }): ThreadBusyError {
  return new ThreadBusyError(
    `A turn is running on thread ${threadId}. Wait for it or interrupt it, then try again.`,
    options,
  );
}

export function ephemeralError(threadId: string, options?: { cause: unknown }): UnsupportedError {
  return new UnsupportedError(`Thread ${threadId} is ephemeral: codex keeps nothing of it to work on.`, options);
}

interface Context {
  threadId: string;
  /** codex's own words. */
  said: string;
  home: string;
}

type Maker = (context: Context, options: { cause: unknown }) => CodexError;

/** A record that codex was killed before it wrote anything to is none, either. */
const notFound = /no (archived )?rollout found|thread not (found|loaded)|rollout at .* is empty/i;

const refusals: readonly (readonly [RegExp, Maker])[] = [
  [
    notFound,
    ({ threadId, home }, options) =>
      new ThreadNotFoundError(
        `There is no thread ${threadId} in CODEX_HOME (${home}). ` +
          "Check the id, and that `codexHome` is the one the thread was made in.",
        options,
      ),
  ],
  [/\bis archived\b/i, ({ threadId }, options) => archivedError(threadId, options)],
  [
    /forked history still references/i,
    ({ threadId }, options) =>
      new ThreadInUseError(
        `Thread ${threadId} cannot be deleted: threads that were forked from it still read their history from it. ` +
          "Delete them first, or archive it instead.",
        options,
      ),
  ],
  [
    /already has an active writer/i,
    ({ threadId }, options) =>
      new ThreadBusyError(`Another codex process has thread ${threadId} open. End it there, then try again.`, options),
  ],
  [/in-progress turn/i, ({ threadId }, options) => busyError(threadId, options)],
  [
    /turn not found|not found in (the )?thread/i,
    ({ threadId, said }, options) =>
      new InvalidInputError(
        `Thread ${threadId} has no such turn: ${said}. \`thread.history()\` lists its turns.`,
        options,
      ),
  ],
  [
    /\binvalid cursor\b/i,
    ({ said }, options) => new InvalidInputError(`codex does not take the cursor: ${said}.`, options),
  ],
  [/ephemeral|not persisted/i, ({ threadId }, options) => ephemeralError(threadId, options)],
];
