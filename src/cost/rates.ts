// The prices of one model, and the cost of a request at these prices.
import { InvalidInputError } from "../index.js";
import type { Usage } from "../index.js";
import type { Check } from "../validation/check-options.js";

/** Prices in US dollars per million tokens. */
export interface ModelRates {
  input: number;
  output: number;
  /** The price of cached input tokens. @defaultValue `input` */
  cachedInput?: number | undefined;
  /** The price of input tokens that are written to the cache. @defaultValue `input` */
  cacheWrite?: number | undefined;
}

const million = 1_000_000;
const keys = ["input", "output", "cachedInput", "cacheWrite"];

export function costAt({ input, output, cachedInput = input, cacheWrite = input }: ModelRates, usage: Usage): number {
  const cached = usage.cached_input_tokens;
  const written = usage.cache_write_input_tokens;
  const plain = usage.input_tokens - cached - written;
  return (plain * input + cached * cachedInput + written * cacheWrite + usage.output_tokens * output) / million;
}

/** @throws InvalidInputError for missing, negative or unknown prices; `where` names them. */
export function checkRates(rates: unknown, where: string): ModelRates {
  if (typeof rates !== "object" || rates === null || Array.isArray(rates)) {
    throw new InvalidInputError(
      `${where} must be an object with \`input\` and \`output\`, in US dollars per million tokens.`,
    );
  }
  const given = rates as Record<string, unknown>;
  const unknown = Object.keys(given).find((key) => !keys.includes(key));
  if (unknown !== undefined)
    throw new InvalidInputError(`${where} does not accept "${unknown}". Use ${keys.join(", ")}.`);
  for (const key of keys) {
    const price = given[key];
    if (price === undefined && key !== "input" && key !== "output") continue;
    if (typeof price !== "number" || !Number.isFinite(price) || price < 0) {
      throw new InvalidInputError(`${where}.${key} must be a number of US dollars per million tokens, 0 or more.`);
    }
  }
  // The values were validated above.
  return given as unknown as ModelRates;
}

export const day: Check = (value) =>
  typeof value === "string" && isDay(value) ? undefined : 'a day, such as "2026-01-31"';

/** `Date` parses 31 February as 3 March. */
function isDay(text: string): boolean {
  const date = new Date(text);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
