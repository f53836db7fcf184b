// Prices model requests with a price list that the user selects.
import { sumUsage } from "../events/usage.js";
import type { Usage } from "../events/events.js";
import type { CostItem, TurnCost } from "../usage/turn-cost.js";
import type { ModelCall } from "../usage/turn-usage.js";

/** A request to price. */
export interface PriceQuery {
  /** The model's name in Codex. */
  model: string;
  /** The service tier; null for the endpoint's default. */
  serviceTier: string | null;
  usage: Usage;
  /** The time of the request. */
  at: Date;
}

/** A price list. Create one with `codex-sdk/cost`. */
export interface Prices {
  /** The source of the prices, such as `genai-prices`. */
  readonly source: string;
  /** The date of the prices, as `YYYY-MM-DD`; null if the source does not state it. */
  readonly date: string | null;
  /** The cost of one request in US dollars; null if the list does not contain the model. */
  costOf(query: PriceQuery): number | null;
}

/** The cost of one request. Null if it is unknown: the price list throws, or the token counts contradict each other. */
export function costOfCall(prices: Prices, { model, serviceTier, usage, completedAt }: ModelCall): number | null {
  if (model === null || usage === null || !isConsistent(usage)) return null;
  try {
    const usd: unknown = prices.costOf({ model, serviceTier, usage, at: completedAt ?? new Date() });
    // An asynchronous price list is not supported, and its rejection must not end the program.
    if (usd instanceof Promise) usd.catch(() => undefined);
    return typeof usd === "number" && Number.isFinite(usd) && usd >= 0 ? usd : null;
  } catch {
    return null;
  }
}

/** Cached tokens are part of the input. */
function isConsistent(usage: Usage): boolean {
  const { input_tokens: input, cached_input_tokens: cached, cache_write_input_tokens: written } = usage;
  return [input, cached, written, usage.output_tokens].every((tokens) => tokens >= 0) && cached + written <= input;
}

export function costOfCalls(prices: Prices, calls: readonly ModelCall[], isNotional: boolean): TurnCost {
  const groups = new Map<string, ModelCall[]>();
  for (const call of calls) {
    const key = JSON.stringify([call.model, call.serviceTier]);
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  const items = [...groups.values()].map((group) => toItem(prices, group));
  const knownUsd = calls.reduce((sum, call) => sum + (costOfCall(prices, call) ?? 0), 0);
  const isKnown = items.length > 0 && items.every(({ usd }) => usd !== null);
  const { source, date } = prices;
  return { usd: isKnown ? knownUsd : null, knownUsd, items, source, date, isNotional };
}

function toItem(prices: Prices, calls: readonly ModelCall[]): CostItem {
  const costs = calls.map((call) => costOfCall(prices, call));
  const usd = costs.reduce<number | null>((sum, cost) => (sum === null || cost === null ? null : sum + cost), 0);
  const [first] = calls;
  return {
    model: first?.model ?? null,
    serviceTier: first?.serviceTier ?? null,
    calls: calls.length,
    usage: sumUsage(calls.map(({ usage }) => usage)),
    usd,
  };
}
