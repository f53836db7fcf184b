// When an exhausted limit resets, as last reported by the endpoint.
import type { RateLimitSnapshot } from "../protocol/v2/RateLimitSnapshot.js";

/** The latest reset of the exhausted windows; undefined if none is exhausted or none has a known reset. */
export function limitReset(snapshot: RateLimitSnapshot): Date | undefined {
  const resets = [snapshot.primary, snapshot.secondary]
    .filter((window) => window !== null && window.usedPercent >= 100)
    .flatMap((window) => window?.resetsAt ?? []);
  return resets.length === 0 ? undefined : new Date(Math.max(...resets) * 1000);
}
