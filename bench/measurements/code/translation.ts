// Throughput of this SDK's own work: lines, JSON, translation, folding, and the reader's queue.
import type { Bench, Goal, Measurement } from "../../harness/measurement.js";
import { startProgram } from "../../harness/program.js";
import { recordTurn } from "../../harness/recording.js";
import { interleaved, median, toRow } from "../../harness/results/series.js";
import type { ThroughputOperations, Work } from "../../harness/throughput.js";

export const translation: Measurement = {
  name: "translation",
  title: "100,000 notifications through translation",
  run,
};

const whole = 100_000;
const quarter = whole / 4;

const streamTitles: Record<Work["stream"], string> = {
  recorded: "a recorded turn, repeated",
  message: "one streamed message",
  output: "10 MB of command output in pieces of 100 bytes",
};

const stageTitles: Record<Work["stage"], string> = {
  parse: "JSON.parse alone",
  translate: "to events",
  read: "bytes to `for await`",
};

async function run(bench: Bench) {
  const program = await startProgram<ThroughputOperations>(
    "throughput",
    { recording: await recordTurn(bench.workspace) },
    {},
  );
  const subjects = new Map<string, () => Promise<number[]>>();
  const elapsedOf = new Map<string, number[]>();
  for (const stream of ["recorded", "message", "output"] as const) {
    for (const stage of ["parse", "translate", "read"] as const) {
      for (const notifications of [quarter, whole]) {
        subjects.set(key(stream, stage, notifications), async () => {
          const elapsed = await program.call("events", { stream, stage, notifications });
          elapsedOf.set(key(stream, stage, notifications), [
            ...(elapsedOf.get(key(stream, stage, notifications)) ?? []),
            elapsed,
          ]);
          return [notifications / (elapsed / 1000)];
        });
      }
    }
  }
  const samples = await interleaved(bench.scaled(7, 2), subjects, { limitMs: bench.limitMs });
  await program.end();
  const goals: Goal[] = [];
  for (const stream of ["recorded", "message", "output"] as const) {
    const time = (notifications: number) => median(elapsedOf.get(key(stream, "read", notifications)) ?? []);
    goals.push({
      what: `${streamTitles[stream]}: time for ${whole} by 4 × the time for ${quarter}`,
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

function key(stream: Work["stream"], stage: Work["stage"], notifications: number): string {
  return `${streamTitles[stream]}: ${stageTitles[stage]} ${notifications}`;
}
