// Runs the measurements, one after the other, prints what they found, and writes it down.
import { parseArguments, usage } from "./harness/arguments.js";
import { compare } from "./harness/compare.js";
import { makeBench } from "./harness/bench.js";
import { makePlace } from "./harness/place.js";
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
process.once("SIGTERM", () => process.exit(143));
process.once("SIGINT", () => process.exit(130));
process.on("exit", () => place.removeNow());

const results: Results = resultsOf(options.quick);
print(describe(results));
try {
  for (const measurement of options.measurements) {
    const started = performance.now();
    const bench = makeBench(place, options.quick);
    try {
      const outcome = await measurement.run(bench);
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
} finally {
  await place.remove();
}
if (options.writeTo !== undefined) print(`Written to ${writeResults(options.writeTo, results)}`);
if (earlier) print(compare(earlier, results));
