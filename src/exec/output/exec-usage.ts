// One turn's tokens: `codex exec` prints the thread's total.
import type { Usage } from "../../events/events.js";
import { subtractUsage } from "../../events/usage.js";

/** The growth since `before`; null when nothing was counted or the growth is not known. */
export function usageSince(before: Usage | undefined, total: Usage): Usage | null {
  if (before === undefined) return null;
  const usage = subtractUsage(total, before);
  const counts = Object.values(usage);
  return counts.every((count) => count === 0) || counts.some((count) => count < 0) ? null : usage;
}
