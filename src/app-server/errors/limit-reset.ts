// When a used-up limit is lifted, as the endpoint last said it.
import type { RateLimitSnapshot } from "../protocol/v2/RateLimitSnapshot.js";

/** The latest reset among the windows that are used up; undefined when none is, or none says so. */
export function limitReset(snapshot: RateLimitSnapshot): Date | undefined {
  const resets = [snapshot.primary, snapshot.secondary]
    .filter((window) => window !== null && window.usedPercent >= 100)
    .flatMap((window) => window?.resetsAt ?? []);
  return resets.length === 0 ? undefined : new Date(Math.max(...resets) * 1000);
}
