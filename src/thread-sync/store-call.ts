// Calls a store with a time limit, and repeats calls whose outcome is unknown.
import { CodexError, StoreError } from "../errors/errors.js";

export interface CallLimits {
  /** The limit of one call, in milliseconds. */
  callMs: number;
  /** The limit of all repetitions after the first failure, in milliseconds. 0 disables them. */
  retryMs: number;
}

const shortestPauseMs = 50;
const longestPauseMs = 1_000;

/** @throws the last error as a CodexError. */
export async function callStore<Result>(
  what: string,
  call: () => Promise<Result>,
  { callMs, retryMs }: CallLimits,
): Promise<Result> {
  let firstFailure: number | undefined;
  for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await limited(what, call, callMs);
    } catch (error) {
      const known = asStoreError(what, error);
      firstFailure ??= performance.now();
      const isRetryable = known.code === "store" && known.isRetryable;
      if (!isRetryable || performance.now() - firstFailure + pauseMs > retryMs) throw known;
      await pause(pauseMs);
    }
  }
}

async function limited<Result>(what: string, call: () => Promise<Result>, limitMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new StoreError(`The thread store did not answer "${what}" within ${limitMs} ms.`));
    }, limitMs);
  });
  try {
    return await Promise.race([call(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** A custom store may throw any value. */
export function asStoreError(what: string, error: unknown): CodexError {
  if (CodexError.isInstance(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreError(`The thread store failed at "${what}": ${reason}`, { cause: error });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
