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

/** Counters as `codex exec` and rollouts write them. A missing counter is 0: older versions of Codex know fewer. */
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
