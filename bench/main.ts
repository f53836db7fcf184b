// Runs the measurements one after the other, prints the results and writes them to a file.
import { setTimeout as delay } from "node:timers/promises";
import { parseArguments, usage } from "./harness/arguments.js";
import { compare } from "./harness/results/compare.js";
import { makeBench } from "./harness/bench.js";
import { makeWorkspace } from "./harness/workspace.js";
import { killPrograms } from "./harness/program.js";
import type { Bench, Measurement, Outcome } from "./harness/measurement.js";
import { describe, print } from "./harness/results/report.js";
import { readResults, resultsOf, writeResults } from "./harness/results/results.js";
import type { Results } from "./harness/results/results.js";
import { measurements } from "./measurements/index.js";

const options = parseArguments(process.argv.slice(2), measurements);
if (typeof options === "string") {
  console.error(`${options}\n\n${usage(measurements)}`);
  process.exit(2);
}
const earlier = options.compareWith === undefined ? undefined : readResults(options.compareWith);
const workspace = await makeWorkspace();
/** Set by a signal: the exit code of the program. */
let exitCode: number | undefined;
for (const [signal, code] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const) {
  process.once(signal, () => {
    exitCode = code;
    killPrograms();
  });
}

let hasFailed = false;
const results: Results = resultsOf(options.quick);
print(describe(results));
try {
  for (const measurement of options.measurements) {
    const started = performance.now();
    const bench = makeBench(workspace, options.quick);
    try {
      const outcome = await outcomeOf(measurement, bench);
      const seconds = Math.round((performance.now() - started) / 1000);
      const result = {
        title: measurement.title,
        seconds,
        ...outcome,
        notes: [...bench.notes, ...(outcome.notes ?? [])],
      };
      results.measurements[measurement.name] = result;
      print(describe(result));
    } finally {
      await bench.end();
    }
  }
} catch (error) {
  // A signal ends the measured programs, so that the running measurement fails.
  if (exitCode === undefined) throw error;
  // Codex continues for a moment after its host has been killed, and may still write files.
  await delay(2_000);
} finally {
  await workspace.remove();
}
if (exitCode !== undefined) process.exit(exitCode);
if (hasFailed) process.exitCode = 1;
if (options.writeTo !== undefined) print(`Written to ${writeResults(options.writeTo, results)}`);
if (earlier) print(compare(earlier, results));

/** A failed measurement does not discard the results of the earlier ones. */
async function outcomeOf(measurement: Measurement, bench: Bench): Promise<Outcome> {
  try {
    return await measurement.run(bench);
  } catch (error) {
    if (exitCode !== undefined) throw error;
    hasFailed = true;
    return { rows: [], notes: [`failed: ${error instanceof Error ? error.message : String(error)}`] };
  }
}
