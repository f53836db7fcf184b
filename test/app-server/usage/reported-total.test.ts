// Which growth of a thread's total is a response of its own, and which was reported before.
import { expect, test } from "vitest";
import { ReportedTotal } from "../../../src/app-server/usage/reported-total.js";
import { noUsage } from "../../../src/events/usage.js";

const tokens = (input: number, output = 0) => ({ ...noUsage, input_tokens: input, output_tokens: output });

test("a reported response explains its growth, and a repeated total is not growth", () => {
  const total = new ReportedTotal();
  total.response(tokens(100, 10));
  expect(total.update(tokens(100, 10))).toBeUndefined();
  expect(total.update(tokens(100, 10))).toBeUndefined();
});

test("growth without a matching response is an incomplete response", () => {
  const total = new ReportedTotal();
  expect(total.update(tokens(300, 10))).toEqual(tokens(300, 10));
  total.response(tokens(50, 1));
  expect(total.update(tokens(360, 12))).toEqual(tokens(10, 1));
});

test("a remote compaction is never added to the total, and hides nothing", () => {
  const total = new ReportedTotal();
  total.response(tokens(7_000, 1));
  total.response(tokens(50, 1));
  expect(total.update(tokens(50, 1))).toBeUndefined();
  expect(total.update(tokens(350, 11))).toEqual(tokens(300, 10));
  total.settle();
  expect(total.update(tokens(7_350, 12))).toEqual(tokens(7_000, 1));
});
