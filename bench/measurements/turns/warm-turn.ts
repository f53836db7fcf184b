// A turn on a warm thread: against the bare loop, and against one process per turn.
import { titles } from "../../contenders/contender.js";
import type { Bench, Measurement } from "../../harness/measurement.js";
import { interleaved, ratio, toRow } from "../../harness/results/series.js";

export const warmTurn: Measurement = {
  name: "warm-turn",
  title: "A turn on a warm thread",
  run,
};

async function run(bench: Bench) {
  const workers = await bench.startAll(["sdk", "bare", "reference-tuned", "sdk-exec"]);
  const ofProcess = { count: bench.scaled(4, 2), warmUp: 1 };
  const ofWarm = { count: bench.scaled(20, 10), warmUp: 2 };
  const samples = await interleaved(
    bench.scaled(10, 4),
    new Map(
      [...workers].map(([subject, worker]) => [
        subject,
        () => worker.call("turns", subject === "sdk" || subject === "bare" ? ofWarm : ofProcess),
      ]),
    ),
    { limitMs: bench.limitMs },
  );
  const of = (subject: "sdk" | "bare" | "reference-tuned") => samples.get(subject) ?? [];
  return {
    rows: [...samples].map(([subject, rounds]) => toRow(titles[subject], "ms", "lower", rounds)),
    goals: [
      {
        what: "against the bare loop",
        value: ratio(of("sdk"), of("bare")),
        unit: "×" as const,
        limit: 1.05,
        must: "at most" as const,
      },
      {
        what: "faster than the tuned reference",
        value: ratio(of("reference-tuned"), of("sdk")),
        unit: "×" as const,
        limit: 5,
        must: "at least" as const,
      },
    ],
  };
}
