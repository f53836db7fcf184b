// The prices of models.dev, from a JSON that the user has downloaded.
import { InvalidInputError } from "../index.js";
import type { Prices } from "../index.js";
import { tierOf } from "./price-table.js";
import { checkDate, checkOptions, checkRates, costAt } from "./rates.js";
import type { ModelRates } from "./rates.js";

export interface ModelsDevOptions {
  /** Whose prices: a provider's ID in the JSON. @defaultValue `openai` */
  provider?: string | undefined;
  /** When the JSON was downloaded, as `YYYY-MM-DD`. */
  date?: string | undefined;
}

/** From this many input tokens on, some models have other prices. */
const longContext = 200_000;

/**
 * Prices from the JSON of https://models.dev/api.json, parsed. Service tiers other than the default have no price.
 * @throws InvalidInputError for another format, and for a provider that it does not have.
 */
export function modelsDevPrices(json: unknown, options: ModelsDevOptions = {}): Prices {
  checkOptions(options, ["provider", "date"], "modelsDevPrices()");
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
    // Models that are free of charge there, or not for sale, have no cost.
    if (!isObject(cost)) continue;
    const long = cost["context_over_200k"];
    rates.set(model, {
      usual: toRates(cost, model),
      long: isObject(long) ? toRates({ ...cost, ...long }, model) : undefined,
    });
  }
  return {
    source: "models.dev",
    date: checkDate(options.date),
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
