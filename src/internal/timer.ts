// Timers of any length.

/** `setTimeout` and `setInterval` fire immediately for longer delays. */
export const longestDelayMs = 2 ** 31 - 1;

/** Like `setTimeout`. A delay of more than 24 days never ends: the result is then undefined. */
export function startTimer(ms: number, onTimeout: () => void): NodeJS.Timeout | undefined {
  return ms > longestDelayMs ? undefined : setTimeout(onTimeout, ms);
}
