// The nesting depth of JSON. Codex silently drops a message that is nested more deeply than its parser allows.

/** The number of levels of objects and arrays in one message that Codex accepts. Observed with 0.169.0. */
export const deepestMessage = 127;

/** The number of levels of objects and arrays in `value`. Stops counting above `limit`. */
export function nestingOf(value: unknown, limit: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (limit <= 0) return 1;
  let deepest = 0;
  for (const child of Object.values(value)) {
    deepest = Math.max(deepest, nestingOf(child, limit - 1));
    if (deepest > limit - 1) break;
  }
  return deepest + 1;
}
