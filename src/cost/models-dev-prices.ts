// Prices from models.dev, from JSON that the user has downloaded.
import { InvalidInputError } from "../index.js";
import type { Prices } from "../index.js";
import { checkOptions, text } from "../validation/check-options.js";
import { tierOf } from "./price-table.js";
import { checkRates, costAt, day } from "./rates.js";
import type { ModelRates } from "./rates.js";

export interface ModelsDevOptions {
  /** The provider whose prices apply: an ID in the JSON. @defaultValue `openai` */
  provider?: string | undefined;
  /** The date of the download, as `YYYY-MM-DD`. */
  date?: string | undefined;
}

/** Some models have different prices above this number of input tokens. */
const longContext = 200_000;

/**
 * Prices from the parsed JSON of https://models.dev/api.json. Service tiers other than the default do not have a price.
 * @throws InvalidInputError if the format is not known or the JSON does not contain the provider.
 */
export function modelsDevPrices(json: unknown, options: ModelsDevOptions = {}): Prices {
  checkOptions(options, { provider: text, date: day }, "ModelsDevOptions");
  const { provider = "openai" } = options;
  const models = field(field(json, provider), "models");
  if (!isObject(models)) {
    throw new InvalidInputError(
      `The JSON has no models of the provider "${provider}". Pass the parsed JSON of https://models.dev/api.json.`,
    );
  }
  const rates = new Map<string, { usual: ModelRates; long: ModelRates | undefined }>();
  for (const [model, entry] of Object.entries(models)) {
    const cost = field(entry, "cost");
    // Models without `cost` are free of charge or not for sale. They do not have a price.
    if (!isObject(cost)) continue;
    const long = cost["context_over_200k"];
    rates.set(model, {
      usual: toRates(cost, model),
      long: isObject(long) ? toRates({ ...cost, ...long }, model) : undefined,
    });
  }
  return {
    source: "models.dev",
    date: options.date ?? null,
    costOf: ({ model, serviceTier, usage }) => {
      const found = tierOf(serviceTier) === null ? rates.get(model) : undefined;
      if (!found) return null;
      return costAt(usage.input_tokens > longContext ? (found.long ?? found.usual) : found.usual, usage);
    },
  };
}

function toRates({ input, output, cache_read, cache_write }: Record<string, unknown>, model: string): ModelRates {
  const rates = {
    input,
    output,
    ...(cache_read !== undefined && { cachedInput: cache_read }),
    ...(cache_write !== undefined && { cacheWrite: cache_write }),
  };
  return checkRates(rates, `The cost of "${model}" in the JSON`);
}

function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
