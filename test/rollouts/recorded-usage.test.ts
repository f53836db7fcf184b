// Tokens in files of older versions, in broken files, and in incomplete lines.
import { appendFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { RecordedUsage } from "../../src/rollouts/recorded-usage.js";
import { RolloutTail } from "../../src/rollouts/rollout-tail.js";
import { temporaryDirectory } from "../support/workspace.js";

const started = (turnId: string) => ({ type: "event_msg", payload: { type: "task_started", turn_id: turnId } });
const counted = (input: number, output: number) => ({
  type: "event_msg",
  payload: { type: "token_count", info: { total_token_usage: { input_tokens: input, output_tokens: output } } },
});
const recorded = (turnId: string, input: number, output: number) => ({
  type: "token_usage_record",
  timestamp: "2026-01-02T03:04:05.678Z",
  payload: { turn_id: turnId, response_id: "r", usage: { input_tokens: input, output_tokens: output } },
});

async function usageIn(lines: readonly (object | string)[], turnIds: readonly string[]) {
  const file = path.join(temporaryDirectory(), "rollout.jsonl");
  writeFileSync(file, lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"));
  const usage = new RecordedUsage();
  await usage.readThread(file);
  return turnIds.map((id) => {
    const turn = usage.of(id).usage;
    return turn && [turn.input_tokens, turn.output_tokens];
  });
}

test("in files without a record for each request, a turn's tokens are the growth of the total", async () => {
  const lines = [
    started("one"),
    counted(10, 5),
    { type: "event_msg", payload: { type: "token_count", info: null } },
    counted(30, 9),
    started("two"),
    counted(30, 9),
    counted(31, 10),
    started("three"),
    counted(31, 10),
  ];
  expect(await usageIn(lines, ["one", "two", "three"])).toEqual([[30, 9], [1, 1], null]);
});

test("records of requests take precedence over totals", async () => {
  const lines = [started("one"), recorded("one", 7, 3), counted(100, 100), recorded("one", 1, 1)];
  expect(await usageIn(lines, ["one"])).toEqual([[8, 4]]);
});

test("broken lines are skipped, and a missing file has no usage", async () => {
  expect(await usageIn(['{"type":"token_count"', started("one"), "task_started", counted(1, 1)], ["one"])).toEqual([
    [1, 1],
  ]);
  const usage = new RecordedUsage();
  await usage.readThread("/nonexistent/rollout.jsonl");
  expect(usage.of("one")).toEqual({ usage: null, calls: [], subagents: [], totalUsage: null });
});

test("a tail reads each line once, and an incomplete line once it is complete", async () => {
  const file = path.join(temporaryDirectory(), "rollout.jsonl");
  const line = (number: number) => JSON.stringify({ mark: number, text: "x".repeat(number === 2 ? 600_000 : 1) });
  writeFileSync(file, `${line(0)}\n`);
  const tail = new RolloutTail(file, line(0).length + 1);
  const seen: unknown[] = [];
  const read = () => tail.read(['"mark"'], (record) => seen.push(record["mark"]));
  await read();
  appendFileSync(file, `${line(1)}\n${line(2).slice(0, 400_000)}`);
  await Promise.all([read(), read()]);
  expect(seen).toEqual([1]);
  appendFileSync(file, `${line(2).slice(400_000)}\nnot JSON, with "mark"\n${line(3)}\n`);
  await read();
  expect(seen).toEqual([1, 2, 3]);
});
