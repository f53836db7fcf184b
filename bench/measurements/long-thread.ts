// A thousand turns on one thread: what the host spends on each, and what it keeps.
import { titles } from "../contenders/contender.js";
import type { Subject } from "../contenders/contender.js";
import type { Bench, Goal, Measurement } from "../harness/measurement.js";
import { median, toRow } from "../harness/series.js";
import type { Row } from "../harness/series.js";
import type { Worker } from "../harness/worker.js";

export const longThread: Measurement = {
  name: "long-thread",
  title: "1,000 turns on one thread (with --quick 50)",
  run,
};

interface Stretch {
  turnMs: number[];
  hostCpuMs: number;
  heapBytes: number;
}

const stretches = 10;
const kilobyte = 1024;

async function run(bench: Bench) {
  const turns = bench.scaled(100, 5);
  const rows: Row[] = [];
  const goals: Goal[] = [];
  const workers = await bench.startAll(["sdk", "bare"]);
  for (const worker of workers.values()) await worker.call("lastingTurns", { count: turns });
  const stretchesOf = await inTurns(workers, turns);
  for (const [subject, done] of stretchesOf) {
    const [first, last] = [done[0], done.at(-1)];
    if (!first || !last) continue;
    const who = titles[subject];
    const cpu = (stretch: Stretch) => [[stretch.hostCpuMs / turns]];
    rows.push(
      toRow(`${who}: a turn at the beginning`, "ms", "lower", [first.turnMs]),
      toRow(`${who}: a turn at the end`, "ms", "lower", [last.turnMs]),
      toRow(`${who}: CPU of the host for a turn at the beginning`, "ms", "lower", cpu(first)),
      toRow(`${who}: CPU of the host for a turn at the end`, "ms", "lower", cpu(last)),
      toRow(`${who}: heap at the beginning`, "KB", "lower", [[first.heapBytes / kilobyte]]),
      toRow(`${who}: heap at the end`, "KB", "lower", [[last.heapBytes / kilobyte]]),
    );
    if (subject === "sdk") goals.push(...flatness(done, stretchesOf.get("bare") ?? [], turns));
  }
  return { rows, goals };
}

/** A stretch of each, again and again: a machine that becomes slower slows both. */
async function inTurns<Name extends Subject>(workers: ReadonlyMap<Name, Worker>, turns: number) {
  const done = new Map<Name, Stretch[]>([...workers.keys()].map((subject) => [subject, []]));
  for (let stretch = 0; stretch < stretches; stretch++) {
    for (const [subject, worker] of workers) {
      const before = await worker.call("usage", undefined);
      const turnMs = await worker.call("lastingTurns", { count: turns });
      const after = await worker.call("usage", undefined);
      done.get(subject)?.push({ turnMs, hostCpuMs: after.cpuMs - before.cpuMs, heapBytes: after.heapBytes });
    }
  }
  return done;
}

/** Two halves against each other, each against the bare loop's: a single stretch may have met a busy moment. */
function flatness(done: readonly Stretch[], bare: readonly Stretch[], turns: number): Goal[] {
  const half = done.length / 2;
  const shares = done.map(({ hostCpuMs }, at) => hostCpuMs / (bare[at]?.hostCpuMs ?? Number.NaN));
  const [first, last] = [done[0], done.at(-1)];
  const grown = ((last?.heapBytes ?? 0) - (first?.heapBytes ?? 0)) / kilobyte / (turns * (done.length - 1));
  return [
    {
      what: "CPU of the host for a turn, second half against first, the bare loop's taken out",
      value: median(shares.slice(half)) / median(shares.slice(0, half)),
      unit: "×",
      limit: 1.15,
      must: "at most",
    },
    { what: "heap that a turn leaves behind", value: grown, unit: "KB", limit: 0.5, must: "at most" },
  ];
}
