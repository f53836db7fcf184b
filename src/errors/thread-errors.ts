// Errors about a thread that both transports and the store throw.
import { ThreadArchivedError, ThreadBusyError, ThreadNotFoundError, UnsupportedError } from "./errors.js";
import type { CodexErrorOptions } from "./errors.js";

export function threadNotFoundError(threadId: string, home: string, options?: CodexErrorOptions): ThreadNotFoundError {
  return new ThreadNotFoundError(
    `Thread ${threadId} does not exist in CODEX_HOME (${home}). Check the ID, and that \`codexHome\` is the directory in ` +
      "which the thread was created.",
    options,
  );
}

export function archivedError(threadId: string, options?: CodexErrorOptions): ThreadArchivedError {
  return new ThreadArchivedError(`Thread ${threadId} is archived. Call \`unarchive()\` on it first.`, options);
}

export function busyError(threadId: string, options?: CodexErrorOptions): ThreadBusyError {
  return new ThreadBusyError(
    `A turn is running on thread ${threadId}. Wait for it or interrupt it, then try again.`,
    options,
  );
}

export function claimedElsewhereError(threadId: string, options?: CodexErrorOptions): ThreadBusyError {
  return new ThreadBusyError(
    `Another Codex process has opened thread ${threadId}. Close the thread there, then try again.`,
    options,
  );
}

export function ephemeralError(threadId: string, options?: CodexErrorOptions): UnsupportedError {
  return new UnsupportedError(
    `Thread ${threadId} is ephemeral, so Codex does not save it. Start the thread without \`ephemeral\` to use this method.`,
    options,
  );
}
