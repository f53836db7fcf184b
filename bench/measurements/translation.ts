// Events a second through this SDK's part of the way: lines, JSON, translation, the turn's fold, and the reader's queue.
import type { Bench, Goal, Measurement } from "../harness/measurement.js";
import { startProgram } from "../harness/program.js";
import { recordTurn } from "../harness/recording.js";
import { interleaved, median, toRow } from "../harness/series.js";
import type { ThroughputOperations, Work } from "../harness/throughput.js";

export const translation: Measurement = {
  name: "translation",
  title: "100,000 notifications through translation",
  run,
};

const whole = 100_000;
const quarter = whole / 4;

/** What the notifications are. */
const streams: Record<Work["stream"], string> = {
  recorded: "a recorded turn, again and again",
  message: "one message, piece by piece",
  output: "one command's 10 MB of output, in pieces of 100 bytes",
};

const ways: Record<Work["way"], string> = {
  parse: "JSON.parse alone",
  translate: "to events",
  read: "bytes to `for await`",
};

async function run(bench: Bench) {
  const program = await startProgram<ThroughputOperations>(
    "throughput",
    { recording: await recordTurn(bench.place) },
    {},
  );
  const subjects = new Map<string, () => Promise<number[]>>();
  const milliseconds = new Map<string, number[]>();
  for (const stream of ["recorded", "message", "output"] as const) {
    for (const way of ["parse", "translate", "read"] as const) {
      for (const notifications of [quarter, whole]) {
        subjects.set(key(stream, way, notifications), async () => {
          const taken = await program.call("events", { stream, way, notifications });
          milliseconds.set(key(stream, way, notifications), [
            ...(milliseconds.get(key(stream, way, notifications)) ?? []),
            taken,
          ]);
          return [notifications / (taken / 1000)];
        });
      }
    }
  }
  const samples = await interleaved(bench.scaled(7, 2), subjects, { limitMs: bench.limitMs });
  await program.end();
  const goals: Goal[] = [];
  for (const stream of ["recorded", "message", "output"] as const) {
    const time = (notifications: number) => median(milliseconds.get(key(stream, "read", notifications)) ?? []);
    goals.push({
      what: `${streams[stream]}: time for ${whole} by 4 × the time for ${quarter}`,
      value: time(whole) / (4 * time(quarter)),
      unit: "×",
      limit: 1.3,
      must: "at most",
    });
  }
  const rows = [...samples].filter(([name]) => name.endsWith(` ${whole}`));
  return {
    rows: rows.map(([name, rounds]) => toRow(name.slice(0, -` ${whole}`.length), "events/s", "higher", rounds)),
    goals,
  };
}

function key(stream: Work["stream"], way: Work["way"], notifications: number): string {
  return `${streams[stream]}: ${ways[way]} ${notifications}`;
}
