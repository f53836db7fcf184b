// A custom price list.
import { InvalidInputError } from "../index.js";
import type { Prices } from "../index.js";
import { checkOptions } from "../validation/check-options.js";
import { checkRates, costAt, day } from "./rates.js";
import type { ModelRates } from "./rates.js";

/** Prices by model. `tiers` contains those of other service tiers, such as `flex` and `priority`. */
export type PriceTable = Readonly<Record<string, ModelRates & { tiers?: Readonly<Record<string, ModelRates>> }>>;

export interface PriceTableOptions {
  /** The date of the prices, as `YYYY-MM-DD`. */
  date?: string | undefined;
}

/**
 * Creates a price list from your prices in US dollars per million tokens: `priceTable({ "gpt-5.5": { input: 5,
 * cachedInput: 0.5, output: 30 } })`.
 * @throws InvalidInputError for missing or negative prices.
 */
export function priceTable(table: PriceTable, options: PriceTableOptions = {}): Prices {
  if (typeof table !== "object" || table === null || Array.isArray(table)) {
    throw new InvalidInputError("A price table must be an object of prices by model.");
  }
  checkOptions(options, { date: day }, "PriceTableOptions");
  const rates = new Map<string, ModelRates>();
  for (const [model, { tiers, ...own }] of Object.entries(table).map(asEntry)) {
    rates.set(keyOf(model, null), checkRates(own, `The price table's "${model}"`));
    for (const [tier, each] of Object.entries(checkTiers(tiers, model))) {
      rates.set(keyOf(model, tier), checkRates(each, `The price table's "${model}".tiers.${tier}`));
    }
  }
  return {
    source: "price table",
    date: options.date ?? null,
    costOf: ({ model, serviceTier, usage }) => {
      const found = rates.get(keyOf(model, tierOf(serviceTier)));
      return found ? costAt(found, usage) : null;
    },
  };
}

/** `default` and `auto` are the model's default tier. */
export function tierOf(serviceTier: string | null): string | null {
  return serviceTier === "default" || serviceTier === "auto" ? null : serviceTier;
}

/** @throws InvalidInputError */
function checkTiers(tiers: unknown, model: string): object {
  if (tiers === undefined) return {};
  if (typeof tiers !== "object" || tiers === null || Array.isArray(tiers)) {
    throw new InvalidInputError(`The price table's "${model}".tiers must be an object of prices by service tier.`);
  }
  const own = Object.keys(tiers).find((tier) => tierOf(tier) === null);
  if (own === undefined) return tiers;
  throw new InvalidInputError(
    `The price table's "${model}".tiers has "${own}", whose prices are those of the model itself. Move them there.`,
  );
}

function asEntry([model, rates]: [string, unknown]): [string, { tiers?: Record<string, unknown> }] {
  if (typeof rates !== "object" || rates === null) checkRates(rates, `The price table's "${model}"`);
  return [model, rates as { tiers?: Record<string, unknown> }];
}

function keyOf(model: string, tier: string | null): string {
  return JSON.stringify([model, tier]);
}
