// A thousand turns on one thread: the host's CPU time and heap.
import { titles } from "../../contenders/contender.js";
import type { Subject } from "../../contenders/contender.js";
import type { Bench, Goal, Measurement } from "../../harness/measurement.js";
import { median, toRow } from "../../harness/results/series.js";
import type { Row } from "../../harness/results/series.js";
import type { Worker } from "../../harness/worker.js";

export const longThread: Measurement = {
  name: "long-thread",
  title: "1,000 turns on one thread (with --quick 50)",
  run,
};

interface Batch {
  turnMs: number[];
  hostCpuMs: number;
  heapBytes: number;
}

const batchCount = 10;
const kilobyte = 1024;

async function run(bench: Bench) {
  const turns = bench.scaled(100, 5);
  const rows: Row[] = [];
  const goals: Goal[] = [];
  const workers = await bench.startAll(["sdk", "bare"]);
  for (const worker of workers.values()) await worker.call("sharedThreadTurns", { count: turns });
  const batchesOf = await runAlternately(workers, turns);
  for (const [subject, done] of batchesOf) {
    const [first, last] = [done[0], done.at(-1)];
    if (!first || !last) continue;
    const who = titles[subject];
    const cpu = (batch: Batch) => [[batch.hostCpuMs / turns]];
    rows.push(
      toRow(`${who}: a turn at the beginning`, "ms", "lower", [first.turnMs]),
      toRow(`${who}: a turn at the end`, "ms", "lower", [last.turnMs]),
      toRow(`${who}: host CPU per turn at the beginning`, "ms", "lower", cpu(first)),
      toRow(`${who}: host CPU per turn at the end`, "ms", "lower", cpu(last)),
      toRow(`${who}: heap at the beginning`, "KB", "lower", [[first.heapBytes / kilobyte]]),
      toRow(`${who}: heap at the end`, "KB", "lower", [[last.heapBytes / kilobyte]]),
    );
    if (subject === "sdk") goals.push(...growthGoals(done, batchesOf.get("bare") ?? [], turns));
  }
  return { rows, goals };
}

/** Alternates between the subjects, so that a change in the machine's speed affects both. */
async function runAlternately<Name extends Subject>(workers: ReadonlyMap<Name, Worker>, turns: number) {
  const done = new Map<Name, Batch[]>([...workers.keys()].map((subject) => [subject, []]));
  for (let batch = 0; batch < batchCount; batch++) {
    for (const [subject, worker] of workers) {
      const before = await worker.call("usage", undefined);
      const turnMs = await worker.call("sharedThreadTurns", { count: turns });
      const after = await worker.call("usage", undefined);
      done.get(subject)?.push({ turnMs, hostCpuMs: after.cpuMs - before.cpuMs, heapBytes: after.heapBytes });
    }
  }
  return done;
}

/** Compares the second half with the first, relative to the bare loop. A single batch could coincide with other load. */
function growthGoals(done: readonly Batch[], bare: readonly Batch[], turns: number): Goal[] {
  const half = done.length / 2;
  const shares = done.map(({ hostCpuMs }, at) => hostCpuMs / (bare[at]?.hostCpuMs ?? Number.NaN));
  const [first, last] = [done[0], done.at(-1)];
  const grown = ((last?.heapBytes ?? 0) - (first?.heapBytes ?? 0)) / kilobyte / (turns * (done.length - 1));
  return [
    {
      what: "host CPU per turn, second half against first, relative to the bare loop",
      value: median(shares.slice(half)) / median(shares.slice(0, half)),
      unit: "×",
      limit: 1.15,
      must: "at most",
    },
    { what: "heap growth per turn", value: grown, unit: "KB", limit: 0.5, must: "at most" },
  ];
}
