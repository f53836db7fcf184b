// Price lists: the cost of a request. An unknown price is null and never 0.
import { expect, test } from "vitest";
import { genaiPrices, modelsDevPrices, priceTable } from "../../src/cost/index.js";
import type { Prices } from "../../src/cost/index.js";
import type { Usage } from "../../src/index.js";
import { costOfCalls } from "../../src/instruments/prices.js";

const usage = {
  input_tokens: 1_000_000,
  cached_input_tokens: 400_000,
  cache_write_input_tokens: 0,
  output_tokens: 100_000,
  reasoning_output_tokens: 50_000,
};
const at = new Date("2026-06-01");
const cost = (prices: Prices, model: string, serviceTier: string | null = null, tokens = usage) =>
  prices.costOf({ model, serviceTier, usage: tokens, at });

const table = priceTable(
  { "gpt-5.5": { input: 5, cachedInput: 0.5, output: 30, tiers: { flex: { input: 2.5, output: 15 } } } },
  { date: "2026-01-31" },
);

test("cached tokens have their own price, and reasoning tokens are part of the output", () => {
  expect(cost(table, "gpt-5.5")).toBeCloseTo(0.6 * 5 + 0.4 * 0.5 + 0.1 * 30);
  expect(cost(table, "gpt-5.5", "default")).toBeCloseTo(6.2);
  expect(cost(table, "gpt-5.5", "flex")).toBeCloseTo(2.5 + 1.5);
});

test.each([
  ["gpt-6", null],
  ["gpt-5.5", "priority"],
  ["constructor", null],
])("%s at tier %s has no price", (model, tier) => expect(cost(table, model, tier)).toBeNull());

test("genai-prices works without a network, and rejects other names and other tiers", async () => {
  const prices = await genaiPrices();
  const small = { ...usage, input_tokens: 1_000, cached_input_tokens: 400, output_tokens: 100 };
  expect(cost(prices, "gpt-5", null, small)).toBeCloseTo((600 * 1.25 + 400 * 0.125 + 100 * 10) / 1e6, 9);
  expect(cost(prices, "gpt-nonsense")).toBeNull();
  expect(cost(prices, "gpt-5", "flex")).toBeNull();
});

test("a models.dev JSON has prices by provider, including prices for long contexts", () => {
  const gpt = {
    id: "gpt-5.5",
    cost: { input: 5, output: 30, cache_read: 0.5, context_over_200k: { input: 10, output: 45, cache_read: 1 } },
  };
  const json = { openai: { id: "openai", models: { "gpt-5.5": gpt, free: { id: "free" } } } };
  const prices = modelsDevPrices(json, { date: "2026-02-28" });
  expect(prices).toMatchObject({ source: "models.dev", date: "2026-02-28" });
  expect(cost(prices, "gpt-5.5")).toBeCloseTo(0.6 * 10 + 0.4 * 1 + 0.1 * 45);
  expect(cost(prices, "gpt-5.5", null, { ...usage, input_tokens: 100_000, cached_input_tokens: 0 })).toBeCloseTo(
    0.5 + 3,
  );
  expect(cost(prices, "free")).toBeNull();
});

test.each<[string, () => unknown, RegExp]>([
  ["a negative price", () => priceTable({ a: { input: -1, output: 1 } }), /"a"\.input must be a number .* 0 or more/],
  ["a missing price", () => priceTable({ a: { input: 1 } as never }), /"a"\.output must be a number/],
  ["NaN", () => priceTable({ a: { input: 1, output: Number.NaN } }), /"a"\.output/],
  [
    "an unknown price",
    () => priceTable({ a: { input: 1, output: 1, cached: 1 } as never }),
    /does not accept "cached"/,
  ],
  [
    "a tier without prices",
    () => priceTable({ a: { input: 1, output: 1, tiers: { flex: {} as never } } }),
    /tiers\.flex\.input/,
  ],
  ["a table that is not an object", () => priceTable([] as never), /must be an object/],
  ["null for a model", () => priceTable({ a: null as never }), /"a" must be an object/],
  ["an invalid date", () => priceTable({}, { date: "31.1.2026" }), /PriceTableOptions\.date must be a day/],
  ["a JSON of another format", () => modelsDevPrices({ data: [] }), /no models of the provider "openai"/],
  ["31 February", () => priceTable({}, { date: "2026-02-31" }), /PriceTableOptions\.date must be a day/],
  [
    "a value that is not a date",
    () => priceTable({}, { date: 20260131 as never }),
    /PriceTableOptions\.date must be a day/,
  ],
  ["an unknown option", () => priceTable({}, { day: "2026-01-31" } as never), /PriceTableOptions has no option "day"/],
  ["options that are not an object", () => priceTable({}, null as never), /PriceTableOptions must be an object/],
  ["invalid tiers", () => priceTable({ a: { input: 1, output: 1, tiers: 5 as never } }), /"a"\.tiers must be/],
  [
    "the default as a tier",
    () => priceTable({ a: { input: 1, output: 1, tiers: { default: { input: 1, output: 1 } } } }),
    /tiers has "default"/,
  ],
  ["a string as a price", () => priceTable({ a: { input: "5" as never, output: 1 } }), /"a"\.input must be a number/],
  [
    "a JSON with a string as a price",
    () => modelsDevPrices({ openai: { models: { a: { cost: { input: "5", output: 1 } } } } }),
    /The cost of "a" in the JSON\.input/,
  ],
  ["a JSON of another provider", () => modelsDevPrices({ openai: { models: {} } }, { provider: "x" }), /provider "x"/],
  ["null", () => modelsDevPrices(null), /no models of the provider/],
  ["text", () => modelsDevPrices("{}"), /Pass the parsed JSON/],
])("%s is rejected", (_, make, message) => expect(make).toThrow(message));

test.each(["gpt-5.5-2026-01-31", "openai/gpt-5.5", "GPT-5.5", ""])(
  "%j is not the model gpt-5.5: names in a table are compared exactly",
  (model) => {
    expect(cost(table, model)).toBeNull();
    expect(
      cost(modelsDevPrices({ openai: { models: { "gpt-5.5": { cost: { input: 1, output: 1 } } } } }), model),
    ).toBeNull();
  },
);

test("genaiPrices() rejects a provider that the package does not have, and an unknown option", async () => {
  await expect(genaiPrices({ provider: "no-such-provider" })).rejects.toThrow(/no provider "no-such-provider"/);
  await expect(genaiPrices({ model: "x" } as never)).rejects.toThrow(/has no option "model"/);
});

test.each<[string, Partial<Usage>]>([
  ["more cached tokens than input", { cached_input_tokens: 1_000_001 }],
  ["more cached and written tokens than input", { cache_write_input_tokens: 700_000 }],
  ["negative tokens", { output_tokens: -1 }],
  ["tokens that are not a number", { output_tokens: Number.NaN }],
])("a request with %s has no cost", async (_, wrong) => {
  const call = { responseId: null, serviceTier: null, startedAt: null, completedAt: at, model: "gpt-5.5" };
  for (const prices of [table, await genaiPrices()]) {
    const { usd, knownUsd } = costOfCalls(prices, [{ ...call, usage: { ...usage, ...wrong } }], false);
    expect([usd, knownUsd]).toEqual([null, 0]);
  }
});

test.each<[string, () => unknown]>([
  [
    "throws",
    () => {
      throw new Error("no");
    },
  ],
  ["is asynchronous and rejects", () => Promise.reject(new Error("no"))],
  ["returns a string", () => "5"],
  ["returns NaN", () => Number.NaN],
  ["returns a negative number", () => -1],
])("a price list that %s has no price", async (_, costOf) => {
  const call = { responseId: null, serviceTier: null, startedAt: null, completedAt: at, model: "gpt-5.5", usage };
  const prices = { source: "own", date: null, costOf: costOf as never };
  expect(costOfCalls(prices, [call], false)).toMatchObject({ usd: null, knownUsd: 0 });
  await new Promise((resolve) => setImmediate(resolve));
});

test("the cost of a turn is null when any request has no price, and lists its parts", () => {
  const call = { responseId: null, serviceTier: null, startedAt: null, completedAt: at, usage };
  const known = { ...call, model: "gpt-5.5" };
  expect(costOfCalls(table, [known, known], true)).toEqual({
    usd: expect.closeTo(12.4),
    knownUsd: expect.closeTo(12.4),
    items: [
      {
        model: "gpt-5.5",
        serviceTier: null,
        calls: 2,
        usage: {
          ...usage,
          input_tokens: 2_000_000,
          cached_input_tokens: 800_000,
          output_tokens: 200_000,
          reasoning_output_tokens: 100_000,
        },
        usd: expect.closeTo(12.4),
      },
    ],
    source: "price table",
    date: "2026-01-31",
    isNotional: true,
  });
  for (const unknown of [
    { ...call, model: "gpt-6" },
    { ...call, model: null },
    { ...known, usage: null },
  ]) {
    const cost = costOfCalls(table, [known, unknown], false);
    expect(cost).toMatchObject({ usd: null, knownUsd: expect.closeTo(6.2) });
    expect(cost.items.map(({ usd }) => usd === null)).toContain(true);
  }
  expect(costOfCalls(table, [], false)).toMatchObject({ usd: null, items: [] });
});
