// The account's limits as last reported, merged from partial reports.
import type { RateLimits, RateLimitWindow } from "../../account/account.js";
import type { RateLimitSnapshot } from "../protocol/v2/RateLimitSnapshot.js";
import type { RateLimitWindow as ProtocolWindow } from "../protocol/v2/RateLimitWindow.js";
import { toDate } from "./to-thread-record.js";

/** The limit that applies to turns. */
const usual = "codex";

export class SeenRateLimits {
  readonly #seen = new Map<string, RateLimits>();

  get usual(): RateLimits | null {
    return this.#seen.get(usual) ?? null;
  }

  /** Null for an empty report. Values that a report omits keep their last known value. */
  take(snapshot: RateLimitSnapshot): RateLimits | null {
    const limitId = snapshot.limitId ?? usual;
    const before = this.#seen.get(limitId);
    const told = toRateLimits(snapshot);
    if (Object.values(told).every((value) => value === null)) return null;
    const merged: RateLimits = {
      primary: told.primary ?? before?.primary ?? null,
      secondary: told.secondary ?? before?.secondary ?? null,
      credits: told.credits ?? before?.credits ?? null,
      plan: told.plan ?? before?.plan ?? null,
      reached: told.reached,
    };
    this.#seen.set(limitId, merged);
    return merged;
  }

  /** The limits of the previous account do not apply to another account. */
  forget(): void {
    this.#seen.clear();
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
