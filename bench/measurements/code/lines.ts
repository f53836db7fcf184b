// Throughput of splitting chunks into lines.
import type { Bench, Measurement } from "../../harness/measurement.js";
import { startProgram } from "../../harness/program.js";
import { interleaved, median, toRow } from "../../harness/results/series.js";
import type { ThroughputOperations } from "../../harness/throughput.js";

export const lines: Measurement = {
  name: "lines",
  title: "JSONL: bytes to lines",
  run,
};

const megabyte = 1024 * 1024;
const sizes = [
  { name: "lines of 300 bytes", bytes: 300, count: 200_000 },
  { name: "lines of 20 MB", bytes: 20 * megabyte, count: 4 },
  { name: "lines of 40 MB", bytes: 40 * megabyte, count: 2 },
];

async function run(bench: Bench) {
  const program = await startProgram<ThroughputOperations>("throughput", { recording: [] }, {});
  const subjects = new Map<string, () => Promise<number[]>>();
  for (const reader of ["codex-sdk", "node:readline"] as const) {
    for (const { name, bytes, count } of sizes) {
      subjects.set(`${reader}, ${name}`, async () => {
        const milliseconds = await program.call("lines", { reader, bytes, count });
        return [(bytes * count) / megabyte / (milliseconds / 1000)];
      });
    }
  }
  const samples = await interleaved(bench.scaled(7, 2), subjects, { limitMs: bench.limitMs });
  await program.end();
  const speed = (name: string) => median((samples.get(`codex-sdk, ${name}`) ?? []).flat());
  return {
    rows: [...samples].map(([name, rounds]) => toRow(name, "MB/s", "higher", rounds)),
    goals: [
      {
        what: "a byte of a 40 MB line against a byte of a 20 MB line",
        value: speed("lines of 20 MB") / speed("lines of 40 MB"),
        unit: "×" as const,
        limit: 1.5,
        must: "at most" as const,
      },
    ],
  };
}
