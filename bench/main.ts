// Runs the measurements, one after the other, prints what they found, and writes it down.
import { setTimeout as delay } from "node:timers/promises";
import { parseArguments, usage } from "./harness/arguments.js";
import { compare } from "./harness/compare.js";
import { makeBench } from "./harness/bench.js";
import { makePlace } from "./harness/place.js";
import { killPrograms } from "./harness/program.js";
import type { Bench, Measurement, Outcome } from "./harness/measurement.js";
import { describe, print } from "./harness/report.js";
import { readResults, resultsOf, writeResults } from "./harness/results.js";
import type { Results } from "./harness/results.js";
import { measurements } from "./measurements/index.js";

const options = parseArguments(process.argv.slice(2), measurements);
if (typeof options === "string") {
  console.error(`${options}\n\n${usage(measurements)}`);
  process.exit(2);
}
const earlier = options.compareWith === undefined ? undefined : readResults(options.compareWith);
const place = await makePlace();
/** Set by a signal: what the program then ends with. */
let stopped: number | undefined;
for (const [signal, code] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const) {
  process.once(signal, () => {
    stopped = code;
    killPrograms();
  });
}

let hasFailed = false;
const results: Results = resultsOf(options.quick);
print(describe(results));
try {
  for (const measurement of options.measurements) {
    const started = performance.now();
    const bench = makeBench(place, options.quick);
    try {
      const outcome = await outcomeOf(measurement, bench);
      const seconds = Math.round((performance.now() - started) / 1000);
      const found = {
        title: measurement.title,
        seconds,
        ...outcome,
        notes: [...bench.notes, ...(outcome.notes ?? [])],
      };
      results.measurements[measurement.name] = found;
      print(describe(found));
    } finally {
      await bench.end();
    }
  }
} catch (error) {
  // Whoever stops the bench ends the measured programs, and so the measurement.
  if (stopped === undefined) throw error;
  // A codex that has lost its host still finishes what it is at.
  await delay(2_000);
} finally {
  await place.remove();
}
if (stopped !== undefined) process.exit(stopped);
if (hasFailed) process.exitCode = 1;
if (options.writeTo !== undefined) print(`Written to ${writeResults(options.writeTo, results)}`);
if (earlier) print(compare(earlier, results));

/** One measurement that fails must not cost those that were made before it. */
async function outcomeOf(measurement: Measurement, bench: Bench): Promise<Outcome> {
  try {
    return await measurement.run(bench);
  } catch (error) {
    if (stopped !== undefined) throw error;
    hasFailed = true;
    return { rows: [], notes: [`failed: ${error instanceof Error ? error.message : String(error)}`] };
  }
}
