// One turn's tokens, out of a protocol that counts the whole conversation.
import type { Usage } from "../../events/events.js";
import { subtractUsage } from "../../events/usage.js";
import type { ThreadTokenUsage } from "../protocol/v2/ThreadTokenUsage.js";
import type { TokenUsageBreakdown } from "../protocol/v2/TokenUsageBreakdown.js";

export class UsageMeter {
  #before: Usage | undefined;
  #total: Usage | undefined;

  /** Takes a report; what was counted before the turn's first one is not the turn's. */
  report(usage: ThreadTokenUsage): void {
    const total = toUsage(usage.total);
    this.#before ??= subtractUsage(total, toUsage(usage.last));
    this.#total = total;
  }

  get turn(): Usage | null {
    return this.#total && this.#before ? subtractUsage(this.#total, this.#before) : null;
  }

  get thread(): Usage | null {
    return this.#total ?? null;
  }
}

export function toUsage(breakdown: TokenUsageBreakdown): Usage {
  return {
    input_tokens: breakdown.inputTokens,
    cached_input_tokens: breakdown.cachedInputTokens,
    cache_write_input_tokens: breakdown.cacheWriteInputTokens ?? 0,
    output_tokens: breakdown.outputTokens,
    reasoning_output_tokens: breakdown.reasoningOutputTokens,
  };
}
