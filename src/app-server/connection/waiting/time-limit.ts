// Waiting with a time limit, or until a signal aborts.
import { startTimer } from "../../../internal/timer.js";

/** Resolves when the signal aborts; immediately if it has aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** The result of the work, or of `onTimeout` if the limit is reached first. The timer does not keep the host alive. */
export async function within<Result>(
  limitMs: number,
  work: Promise<Result>,
  onTimeout: () => Promise<Result> | Result,
): Promise<Result> {
  const first = await raced(limitMs, work, (timer) => timer.unref());
  return first ? first.result : onTimeout();
}

/** The result of the work, or undefined if the limit is reached first. */
export async function withLimit<Result>(limitMs: number, work: Promise<Result>): Promise<Result | undefined> {
  return (await raced(limitMs, work))?.result;
}

async function raced<Result>(
  limitMs: number,
  work: Promise<Result>,
  onTimer?: (timer: NodeJS.Timeout) => void,
): Promise<{ result: Result } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = startTimer(limitMs, () => resolve(undefined));
    if (timer) onTimer?.(timer);
  });
  try {
    return await Promise.race([work.then((result) => ({ result })), limit]);
  } finally {
    clearTimeout(timer);
  }
}
