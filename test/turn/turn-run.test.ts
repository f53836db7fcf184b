// Preparation ends with its turn, whatever it waits for.
import { expect, test } from "vitest";
import { Closing } from "../../src/transport/closing.js";
import { TurnRun } from "../../src/turn/turn-run.js";

test.each<[string, { timeoutMs?: number; abort?: true; close?: true }, string]>([
  ["timeoutMs", { timeoutMs: 10 }, "timed_out"],
  ["signal", { abort: true }, "interrupted"],
  ["close()", { close: true }, "closed"],
])("preparation that hangs ends with %s", async (_, { timeoutMs, abort, close }, code) => {
  const closing = new Closing();
  const controller = new AbortController();
  const prepared: AbortSignal[] = [];
  const plan = {
    limits: timeoutMs === undefined ? {} : { timeoutMs },
    signal: controller.signal,
    closing,
    needsSandbox: false,
    ready: Promise.resolve(),
    instrument: undefined,
    prepare: (over: AbortSignal) => {
      prepared.push(over);
      return new Promise<never>(() => undefined);
    },
  };
  const run = new TurnRun(plan, () => undefined);
  if (abort) controller.abort();
  if (close) closing.close();
  await expect(run.prepared).rejects.toMatchObject({ code });
  await expect(run.result).rejects.toMatchObject({ code });
  expect(prepared.map(({ aborted }) => aborted)).toEqual([true]);
});
