// Prices from the package `@pydantic/genai-prices`.
import { InvalidInputError } from "../index.js";
import type { Prices } from "../index.js";
import { checkOptions, text } from "../validation/check-options.js";
import { tierOf } from "./price-table.js";
import { day } from "./rates.js";

export interface GenaiPricesOptions {
  /** The provider whose prices apply: an ID of that package. @defaultValue `openai` */
  provider?: string | undefined;
  /** The date of the installed prices, as `YYYY-MM-DD`; the package does not state it. */
  date?: string | undefined;
}

/**
 * Prices of `@pydantic/genai-prices`, which must be installed. Works without a network. Service tiers other than the
 * default do not have a price.
 * @throws InvalidInputError if the package is not installed or does not contain the provider.
 */
export async function genaiPrices(options: GenaiPricesOptions = {}): Promise<Prices> {
  checkOptions(options, { provider: text, date: day }, "GenaiPricesOptions");
  const { provider: providerId = "openai" } = options;
  const { calcPrice, findProvider } = await load();
  if (!findProvider({ providerId })) {
    throw new InvalidInputError(`\`@pydantic/genai-prices\` has no provider "${providerId}".`);
  }
  return {
    source: "@pydantic/genai-prices",
    date: options.date ?? null,
    costOf: ({ model, serviceTier, usage, at }) => {
      if (tierOf(serviceTier) !== null) return null;
      const tokens = {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        ...(usage.cached_input_tokens > 0 && { cache_read_tokens: usage.cached_input_tokens }),
        ...(usage.cache_write_input_tokens > 0 && { cache_write_tokens: usage.cache_write_input_tokens }),
      };
      return calcPrice(tokens, model, { providerId, timestamp: at })?.total_price ?? null;
    },
  };
}

async function load() {
  try {
    return await import("@pydantic/genai-prices");
  } catch (error) {
    throw new InvalidInputError(
      "`genaiPrices()` requires the package `@pydantic/genai-prices`. Install it: npm install @pydantic/genai-prices",
      { cause: error },
    );
  }
}
