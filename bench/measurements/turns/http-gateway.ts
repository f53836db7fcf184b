// A turn through a gateway without WebSockets. The unconfigured reference tries WebSockets for each turn.
import { titles } from "../../contenders/contender.js";
import type { Bench, Measurement } from "../../harness/measurement.js";
import { interleaved, ratio, toRow } from "../../harness/results/series.js";

export const httpGateway: Measurement = {
  name: "http-gateway",
  title: "A turn on a warm thread, HTTP-only gateway",
  run,
};

async function run(bench: Bench) {
  const workers = await bench.startAll(["sdk", "reference"]);
  const samples = await interleaved(
    bench.scaled(3, 1),
    new Map([
      ["sdk" as const, async () => (await workers.get("sdk")?.call("turns", { count: 5, warmUp: 2 })) ?? []],
      [
        "reference" as const,
        async () => (await workers.get("reference")?.call("turns", { count: 1, warmUp: 0 })) ?? [],
      ],
    ]),
    { warmUp: false },
  );
  return {
    rows: [...samples].map(([subject, rounds]) => toRow(titles[subject], "ms", "lower", rounds)),
    goals: [
      {
        what: "faster than the unconfigured reference",
        value: ratio(samples.get("reference") ?? [], samples.get("sdk") ?? []),
        unit: "×" as const,
        limit: 100,
        must: "at least" as const,
      },
    ],
  };
}
