// Many concurrent threads with two turns each: turns per second, and the memory of the process tree.
import { setTimeout as delay } from "node:timers/promises";
import { titles } from "../../contenders/contender.js";
import type { Subject } from "../../contenders/contender.js";
import type { Bench, Goal, Measurement } from "../../harness/measurement.js";
import { canMeasureMemory } from "../../harness/memory.js";
import { interleaved, ratio, toRow } from "../../harness/results/series.js";
import type { Worker } from "../../harness/worker.js";
import type { Row } from "../../harness/results/series.js";

export const manyThreads: Measurement = {
  name: "many-threads",
  title: "Many threads × 2 turns",
  run,
};

const turns = 2;
const megabyte = 1024 * 1024;
const limitMs = 300_000;

async function run(bench: Bench) {
  const rows: Row[] = [];
  const goals: Goal[] = [];
  for (const threads of bench.quick ? [6] : [24, 100]) {
    const speed = await turnsPerSecond(bench, threads);
    const memory = canMeasureMemory ? await peaks(bench, threads) : new Map<(typeof subjects)[number], number[][]>();
    const where = `${threads} threads`;
    rows.push(...[...speed].map(([subject, all]) => toRow(`${titles[subject]}, ${where}`, "turns/s", "higher", all)));
    rows.push(
      ...[...memory].map(([subject, all]) => toRow(`${titles[subject]}, ${where}: peak memory`, "MB", "lower", all)),
    );
    const of = (subject: (typeof subjects)[number]) => speed.get(subject) ?? [];
    goals.push(
      {
        what: `${where}: turns/s against the bare loop`,
        value: ratio(of("sdk"), of("bare")),
        unit: "×",
        limit: 0.95,
        must: "at least",
      },
      {
        what: `${where}: turns/s against the tuned reference`,
        value: ratio(of("sdk"), of("reference-tuned")),
        unit: "×",
        limit: 3,
        must: "at least",
      },
    );
    if (canMeasureMemory) {
      goals.push({
        what: `${where}: memory against the tuned reference`,
        value: ratio(memory.get("sdk") ?? [], memory.get("reference-tuned") ?? []),
        unit: "×",
        limit: 0.5,
        must: "at most",
      });
    }
  }
  return { rows, goals };
}

const subjects = ["sdk", "bare", "reference-tuned"] as const;

/** Each round has a new Codex, because one that has served hundreds of threads behaves differently. */
async function turnsPerSecond(bench: Bench, threads: number) {
  const rounds = threads > 24 ? 2 : bench.scaled(5, 1);
  return interleaved(
    rounds,
    new Map(subjects.map((subject) => [subject, () => parallelSpeed(bench, subject, threads)])),
    {
      warmUp: false,
    },
  );
}

async function parallelSpeed(bench: Bench, subject: Subject, threads: number): Promise<number[]> {
  return withWorker(bench, subject, threads, async (worker) => {
    await worker.call("turns", { count: 0, warmUp: 1 });
    const milliseconds = await worker.call("parallelTurns", { threads, turns });
    return (threads * turns) / (milliseconds / 1000);
  });
}

/** @returns no sample if the worker exceeds the limit. */
async function withWorker(
  bench: Bench,
  subject: Subject,
  threads: number,
  work: (worker: Worker) => Promise<number>,
): Promise<number[]> {
  const worker = await bench.start(subject);
  const timer = new AbortController();
  const timedOut = delay(limitMs, undefined, { signal: timer.signal }).catch(() => undefined);
  const done = work(worker);
  const sample = await Promise.race([done, timedOut]);
  timer.abort();
  if (sample !== undefined) {
    await worker.end();
    return [sample];
  }
  done.catch(() => undefined);
  await worker.kill();
  bench.note(
    `${titles[subject]}, ${threads} threads: stopped after ${limitMs / 60_000} minutes; this round does not count.`,
  );
  return [];
}

/** Measured in separate rounds, because sampling the memory of many processes slows them down. */
async function peaks(bench: Bench, threads: number) {
  const peak = async (subject: Subject) => {
    return withWorker(bench, subject, threads, async (worker) => {
      const bytes = await worker.peakMemory(() => worker.call("parallelTurns", { threads, turns }));
      return bytes / megabyte;
    });
  };
  return interleaved(1, new Map(subjects.map((subject) => [subject, () => peak(subject)])), { warmUp: false });
}
