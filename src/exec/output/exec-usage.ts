// One turn's tokens: `codex exec` prints the conversation's sum.
import type { Usage } from "../../events/events.js";
import { isJsonObject } from "../../internal/json.js";

export const noUsage: Usage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
};

const counters = Object.keys(noUsage) as (keyof Usage)[];

/** Counters that are missing count nothing: older codex knows fewer. Undefined for what is no usage. */
export function readUsage(value: unknown): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const usage = { ...noUsage };
  for (const counter of counters) {
    const count = value[counter];
    if (typeof count === "number") usage[counter] = count;
  }
  return usage;
}

/** What came since `before`; null when nothing was counted, or when it cannot be told. */
export function usageSince(before: Usage | undefined, total: Usage): Usage | null {
  if (before === undefined) return null;
  const usage = { ...noUsage };
  for (const counter of counters) usage[counter] = total[counter] - before[counter];
  const counts = Object.values(usage);
  return counts.every((count) => count === 0) || counts.some((count) => count < 0) ? null : usage;
}
