// Arithmetic on token counts.
import { isJsonObject } from "../internal/json.js";
import type { Usage } from "./events.js";

export const noUsage: Usage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
};

const counters = Object.keys(noUsage) as (keyof Usage)[];

/** Counters as `codex exec` and rollouts write them. Counters that older versions of Codex do not write are 0. */
export function readUsage(value: unknown): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const usage = { ...noUsage };
  for (const counter of counters) {
    const count = value[counter];
    if (typeof count === "number") usage[counter] = count;
  }
  return usage;
}

export function subtractUsage(from: Usage, what: Usage): Usage {
  const usage = { ...noUsage };
  for (const counter of counters) usage[counter] = from[counter] - what[counter];
  return usage;
}

export function addUsage(one: Usage, other: Usage): Usage {
  return mapUsage((counter) => one[counter] + other[counter]);
}

/** The sum of the known values; null if none is known. */
export function sumUsage(usages: Iterable<Usage | null>): Usage | null {
  let sum: Usage | null = null;
  for (const usage of usages) if (usage) sum = addUsage(sum ?? noUsage, usage);
  return sum;
}

/** Input and output tokens. Cached tokens are part of the input, reasoning tokens part of the output. */
export function totalTokens({ input_tokens, output_tokens }: Usage): number {
  return input_tokens + output_tokens;
}

export function isSameUsage(one: Usage, other: Usage): boolean {
  return counters.every((counter) => one[counter] === other[counter]);
}

/** Whether no counter of `one` exceeds that of `other`. */
export function isWithin(one: Usage, other: Usage): boolean {
  return counters.every((counter) => one[counter] <= other[counter]);
}

function mapUsage(count: (counter: keyof Usage) => number): Usage {
  const usage = { ...noUsage };
  for (const counter of counters) usage[counter] = count(counter);
  return usage;
}
