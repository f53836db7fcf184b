// A thousand turns on one thread: what the host spends on each, and what it keeps.
import { titles } from "../contenders/contender.js";
import type { Bench, Goal, Measurement } from "../harness/measurement.js";
import { median, toRow } from "../harness/series.js";
import type { Row } from "../harness/series.js";
import type { Worker } from "../harness/worker.js";

export const longThread: Measurement = {
  name: "long-thread",
  title: "1,000 turns on one thread (with --quick 100)",
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
  const turns = bench.scaled(100, 10);
  const rows: Row[] = [];
  const goals: Goal[] = [];
  for (const subject of bench.quick ? (["sdk"] as const) : (["sdk", "bare"] as const)) {
    const worker = await bench.start(subject);
    await worker.call("lastingTurns", { count: turns });
    const done = await inStretches(worker, turns);
    await worker.end();
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
    if (subject === "sdk") goals.push(...flatness(done, turns));
  }
  return { rows, goals };
}

async function inStretches(worker: Worker, turns: number): Promise<Stretch[]> {
  const done: Stretch[] = [];
  let before = await worker.call("usage", undefined);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const turnMs = await worker.call("lastingTurns", { count: turns });
    const after = await worker.call("usage", undefined);
    done.push({ turnMs, hostCpuMs: after.cpuMs - before.cpuMs, heapBytes: after.heapBytes });
    before = after;
  }
  return done;
}

/** Two halves against each other: a single stretch may have met a busy moment. */
function flatness(done: readonly Stretch[], turns: number): Goal[] {
  const half = done.length / 2;
  const cpu = (part: readonly Stretch[]) => median(part.map(({ hostCpuMs }) => hostCpuMs));
  const [first, last] = [done[0], done.at(-1)];
  const grown = ((last?.heapBytes ?? 0) - (first?.heapBytes ?? 0)) / kilobyte / (turns * (done.length - 1));
  return [
    {
      what: "CPU of the host for a turn, second half against first",
      value: cpu(done.slice(half)) / cpu(done.slice(0, half)),
      unit: "×",
      limit: 1.15,
      must: "at most",
    },
    { what: "heap that a turn leaves behind", value: grown, unit: "KB", limit: 0.5, must: "at most" },
  ];
}
