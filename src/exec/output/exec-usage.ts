// The tokens of one turn: `codex exec` prints the total of the thread.
import type { Usage } from "../../events/events.js";
import { subtractUsage } from "../../events/usage.js";

/** The growth since `before`; null if no tokens were counted or the growth is unknown. */
export function usageSince(before: Usage | undefined, total: Usage): Usage | null {
  if (before === undefined) return null;
  const usage = subtractUsage(total, before);
  const counts = Object.values(usage);
  return counts.every((count) => count === 0) || counts.some((count) => count < 0) ? null : usage;
}
