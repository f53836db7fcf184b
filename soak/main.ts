// Runs random turns while Codex is killed, prints figures, and exits with 1 if a turn ended unexpectedly.
//
//   npm run soak -- --turns 1000 --threads 50 --seed 1
//   npm run soak -- --store      workers that share a store; workers and their Codex are killed
import { parseArgs } from "node:util";
import { soak } from "./run.js";

const { values } = parseArgs({
  options: {
    turns: { type: "string", default: "1000" },
    threads: { type: "string", default: "50" },
    store: { type: "boolean", default: false },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const [turns, threads, seed] = [values.turns, values.threads, values.seed].map(Number);
if (!turns || !threads || seed === undefined || Number.isNaN(seed))
  throw new Error("Usage: --turns N --threads N --seed S");

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

process.exitCode = (values.store ? await printStoreSoak() : await printSoak()) ? 0 : 1;

/** @returns whether there were no problems. */
async function printStoreSoak(): Promise<boolean> {
  const { leaseMs, soakStore } = await import("./store/run.js");
  const workers = 4;
  print(`${turns} turns on ${threads} threads and ${workers} workers with a shared store, seed ${seed}`);
  const onProgress = (done: number) => print(`  ${done} turns`);
  const report = await soakStore({ turns: turns ?? 0, threads: threads ?? 0, workers, seed: seed ?? 0, onProgress });
  const sorted = report.takeoverMs.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  const { workers: killed, codex } = report.kills;
  print(`${report.seconds.toFixed(1)} s; killed workers: ${killed}, killed Codex processes: ${codex}`);
  for (const [outcome, count] of Object.entries(report.outcomes)) print(`  ${String(count).padStart(5)}  ${outcome}`);
  print(`duplicates: ${report.duplicates}; lost bytes: ${report.lostBytes}`);
  print(`takeover p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (${sorted.length} takeovers, leases of ${leaseMs} ms)`);
  return printProblems(report.problems, "No prompt or call ran twice, and no data was lost.");
}

async function printSoak(): Promise<boolean> {
  print(`${turns} turns on ${threads} threads, seed ${seed}`);
  const report = await soak({
    turns: turns ?? 0,
    threads: threads ?? 0,
    seed: seed ?? 0,
    onProgress: (done) => print(`  ${done} turns`),
  });
  const { start, quarter, end } = report.usage;
  print(`${report.seconds.toFixed(1)} s; Codex was killed ${report.kills} times`);
  for (const [outcome, count] of Object.entries(report.outcomes)) print(`  ${String(count).padStart(5)}  ${outcome}`);
  print(`            start  quarter  end`);
  for (const figure of ["rssMiB", "heapMiB", "descriptors", "listeners"] as const) {
    const row = [start, quarter, end].map((usage) => String(usage[figure]).padStart(6)).join("  ");
    print(`${figure.padEnd(12)}${row}`);
  }
  return printProblems(report.problems, "Every turn ended as expected.");
}

function printProblems(problems: readonly string[], verdict: string): boolean {
  for (const problem of problems) print(`PROBLEM: ${problem}`);
  print(problems.length === 0 ? verdict : `${problems.length} problems`);
  return problems.length === 0;
}
