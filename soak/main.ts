// `npm run soak -- --turns 1000 --threads 50 --seed 1`: prints its figures; exits with 1 when anything is not as it must be.
import { parseArgs } from "node:util";
import { soak } from "./run.js";

const { values } = parseArgs({
  options: {
    turns: { type: "string", default: "1000" },
    threads: { type: "string", default: "50" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const [turns, threads, seed] = [values.turns, values.threads, values.seed].map(Number);
if (!turns || !threads || seed === undefined || Number.isNaN(seed))
  throw new Error("Usage: --turns N --threads N --seed S");

const print = (text: string) => process.stdout.write(`${text}\n`);
print(`${turns} turns on ${threads} threads, seed ${seed}`);
const report = await soak({ turns, threads, seed, onProgress: (done) => print(`  ${done} turns`) });
const { start, quarter, end } = report.usage;
print(`${report.seconds.toFixed(1)} s; codex was killed ${report.kills} times`);
for (const [outcome, count] of Object.entries(report.outcomes)) print(`  ${String(count).padStart(5)}  ${outcome}`);
print(`            start  quarter  end`);
for (const figure of ["rssMiB", "heapMiB", "descriptors", "listeners"] as const) {
  const row = [start, quarter, end].map((usage) => String(usage[figure]).padStart(6)).join("  ");
  print(`${figure.padEnd(12)}${row}`);
}
for (const problem of report.problems) print(`PROBLEM: ${problem}`);
print(report.problems.length === 0 ? "Every turn is accounted for." : `${report.problems.length} problems`);
process.exitCode = report.problems.length === 0 ? 0 : 1;
