// A warm turn through the AI SDK: this package's provider against the community provider.
import { titles } from "../../contenders/contender.js";
import type { Bench, Measurement } from "../../harness/measurement.js";
import { interleaved, ratio, toRow } from "../../harness/results/series.js";

export const aiSdk: Measurement = {
  name: "ai-sdk",
  title: "A warm turn through the AI SDK",
  isSlow: true,
  run,
};

async function run(bench: Bench) {
  const workers = await bench.startAll(["ai-sdk", "ai-sdk-cli", "sdk"]);
  const turns = { count: bench.scaled(20, 10), warmUp: 2 };
  const samples = await interleaved(
    bench.scaled(10, 4),
    new Map([...workers].map(([subject, worker]) => [subject, () => worker.call("turns", turns)])),
    { limitMs: bench.limitMs },
  );
  const of = (subject: "ai-sdk" | "ai-sdk-cli") => samples.get(subject) ?? [];
  return {
    rows: [...samples].map(([subject, rounds]) => toRow(titles[subject], "ms", "lower", rounds)),
    goals: [
      {
        what: "against ai-sdk-provider-codex-cli",
        value: ratio(of("ai-sdk"), of("ai-sdk-cli")),
        unit: "×" as const,
        limit: 0.7,
        must: "at most" as const,
      },
    ],
  };
}
