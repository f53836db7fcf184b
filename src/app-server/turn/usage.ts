// One turn's tokens, out of a protocol that counts the whole conversation.
import type { Usage } from "../../events/events.js";
import type { ThreadTokenUsage } from "../protocol/v2/ThreadTokenUsage.js";
import type { TokenUsageBreakdown } from "../protocol/v2/TokenUsageBreakdown.js";

export const noUsage: Usage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
};

export class UsageMeter {
  #before: Usage | undefined;
  #total: Usage | undefined;

  /** Takes a report; what was counted before the turn's first one is not the turn's. */
  report(usage: ThreadTokenUsage): void {
    const total = toUsage(usage.total);
    this.#before ??= subtract(total, toUsage(usage.last));
    this.#total = total;
  }

  get turn(): Usage | null {
    return this.#total && this.#before ? subtract(this.#total, this.#before) : null;
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

export function subtract(from: Usage, what: Usage): Usage {
  return {
    input_tokens: from.input_tokens - what.input_tokens,
    cached_input_tokens: from.cached_input_tokens - what.cached_input_tokens,
    cache_write_input_tokens: from.cache_write_input_tokens - what.cache_write_input_tokens,
    output_tokens: from.output_tokens - what.output_tokens,
    reasoning_output_tokens: from.reasoning_output_tokens - what.reasoning_output_tokens,
  };
}
