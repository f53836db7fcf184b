// Tokens in files that this codex no longer writes, and in broken ones.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { Connection } from "../../../src/app-server/connection/connection.js";
import { recordedUsage } from "../../../src/app-server/management/recorded-usage.js";
import type { Thread } from "../../../src/app-server/protocol/v2/Thread.js";
import { temporaryDirectory } from "../../support/workspace.js";

const started = (turnId: string) => ({ type: "event_msg", payload: { type: "task_started", turn_id: turnId } });
const counted = (input: number, output: number) => ({
  type: "event_msg",
  payload: { type: "token_count", info: { total_token_usage: { input_tokens: input, output_tokens: output } } },
});

async function usageIn(lines: readonly (object | string)[]) {
  const file = path.join(temporaryDirectory(), "rollout.jsonl");
  writeFileSync(file, lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"));
  // Only the file is read: the thread was forked from none.
  const thread = { path: file, forkedFromId: null } as Thread;
  const usage = await recordedUsage(undefined as unknown as Connection, thread);
  return Object.fromEntries(
    [...usage].map(([id, { input_tokens, output_tokens }]) => [id, [input_tokens, output_tokens]]),
  );
}

test("of files without a record for each turn, a turn's tokens are what the sum grew by", async () => {
  const lines = [
    started("one"),
    counted(10, 5),
    { type: "event_msg", payload: { type: "token_count", info: null } },
    counted(30, 9),
    started("two"),
    counted(31, 10),
    started("three"),
  ];
  expect(await usageIn(lines)).toEqual({ one: [30, 9], two: [1, 1] });
});

test("a record for the turn counts before sums do", async () => {
  const recorded = { turn_id: "one", turn_token_usage: { input_tokens: 7, output_tokens: 3 } };
  const lines = [started("one"), { type: "token_usage_record", payload: recorded }, counted(100, 100)];
  expect(await usageIn(lines)).toEqual({ one: [7, 3] });
});

test("broken lines are passed over, and a file that is gone has nothing", async () => {
  expect(await usageIn(['{"type":"token_count"', started("one"), "task_started", counted(1, 1)])).toEqual({
    one: [1, 1],
  });
  const thread = { path: "/nonexistent/rollout.jsonl", forkedFromId: null } as Thread;
  expect(await recordedUsage(undefined as unknown as Connection, thread)).toEqual(new Map());
});
