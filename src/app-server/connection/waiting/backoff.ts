// The delay before a retry.
import { setTimeout as delay } from "node:timers/promises";

const longestMs = 5_000;

/** Doubles from 100 ms up to 5 s, with jitter so that callers do not retry at the same time. */
export function overloadDelayMs(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(100 * 2 ** (attempt - 1), longestMs);
  return Math.round(base / 2 + (base / 2) * random());
}

/** Waits for the delay. Rejects with the reason of the signal if it aborts. */
export async function waitUnlessAborted(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
