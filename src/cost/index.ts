// codex-sdk/cost: price lists for the option `prices`.
export type { CostItem, PriceQuery, Prices, TurnCost } from "../index.js";
export { genaiPrices } from "./genai-prices.js";
export type { GenaiPricesOptions } from "./genai-prices.js";
export { modelsDevPrices } from "./models-dev-prices.js";
export type { ModelsDevOptions } from "./models-dev-prices.js";
export { priceTable } from "./price-table.js";
export type { PriceTable, PriceTableOptions } from "./price-table.js";
export type { ModelRates } from "./rates.js";
