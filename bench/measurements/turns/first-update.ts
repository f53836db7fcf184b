// From the model's first piece of text to the first `item.updated`, and to its arrival in the bare loop.
import { titles } from "../../contenders/contender.js";
import type { Bench, Measurement } from "../../harness/measurement.js";
import { difference, interleaved, toRow } from "../../harness/results/series.js";

export const firstUpdate: Measurement = {
  name: "first-update",
  title: "From the model's first byte to the first update",
  run,
};

async function run(bench: Bench) {
  const workers = await bench.startAll(["sdk", "bare"], { mode: "timed" });
  const count = bench.scaled(15, 8);
  const samples = await interleaved(
    bench.scaled(8, 4),
    new Map([...workers].map(([subject, worker]) => [subject, () => worker.call("timedTurns", { count })])),
    { limitMs: bench.limitMs },
  );
  return {
    rows: [...samples].map(([subject, rounds]) => toRow(titles[subject], "ms", "lower", rounds)),
    goals: [
      {
        what: "beyond the bare loop",
        value: difference(samples.get("sdk") ?? [], samples.get("bare") ?? []),
        unit: "ms" as const,
        limit: 2,
        must: "at most" as const,
      },
    ],
  };
}
