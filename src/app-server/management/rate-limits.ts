// The account's limits as last reported, merged from partial reports.
import type { RateLimits, RateLimitWindow } from "../../account/account.js";
import type { RateLimitSnapshot } from "../protocol/v2/RateLimitSnapshot.js";
import type { RateLimitWindow as ProtocolWindow } from "../protocol/v2/RateLimitWindow.js";
import { toDate } from "./to-thread-record.js";

/** The limit that applies to turns. */
const codexLimits = "codex";

export class KnownRateLimits {
  readonly #known = new Map<string, RateLimits>();

  get usual(): RateLimits | null {
    return this.#known.get(codexLimits) ?? null;
  }

  /** Null for an empty report. Values that a report omits keep their last known value. */
  update(snapshot: RateLimitSnapshot): RateLimits | null {
    const limitId = snapshot.limitId ?? codexLimits;
    const before = this.#known.get(limitId);
    const received = toRateLimits(snapshot);
    if (Object.values(received).every((value) => value === null)) return null;
    const merged: RateLimits = {
      primary: received.primary ?? before?.primary ?? null,
      secondary: received.secondary ?? before?.secondary ?? null,
      credits: received.credits ?? before?.credits ?? null,
      plan: received.plan ?? before?.plan ?? null,
      reached: received.reached,
    };
    this.#known.set(limitId, merged);
    return merged;
  }

  /** The limits of the previous account do not apply to another account. */
  clear(): void {
    this.#known.clear();
  }
}

function toRateLimits(snapshot: RateLimitSnapshot): RateLimits {
  return {
    primary: toWindow(snapshot.primary),
    secondary: toWindow(snapshot.secondary),
    credits: snapshot.credits,
    plan: snapshot.planType,
    reached: snapshot.rateLimitReachedType,
  };
}

function toWindow(window: ProtocolWindow | null): RateLimitWindow | null {
  if (window === null) return null;
  return {
    usedPercent: window.usedPercent,
    windowMinutes: window.windowDurationMins,
    resetsAt: window.resetsAt === null ? null : toDate(window.resetsAt),
  };
}
