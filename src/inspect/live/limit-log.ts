// Records the usage of the account's rate limits over time, as reported to this process.
import type { RateLimits } from "../../index.js";
import type { LimitSample } from "../api.js";

const mostSamples = 1_000;

export class LimitLog {
  readonly samples: LimitSample[] = [];
  latest: RateLimits | null = null;

  add(limits: RateLimits): void {
    this.latest = limits;
    const { primary, secondary } = limits;
    if (!primary && !secondary) return;
    this.samples.push({
      at: new Date().toISOString(),
      primary: primary?.usedPercent ?? null,
      secondary: secondary?.usedPercent ?? null,
    });
    if (this.samples.length > mostSamples) this.samples.shift();
  }
}
