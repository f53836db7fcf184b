// The context of a measurement: starts contenders in separate processes, which end with the measurement.
import { titles } from "../contenders/contender.js";
import type { Subject } from "../contenders/contender.js";
import type { Bench } from "./measurement.js";
import type { Workspace } from "./workspace.js";
import { startWorker } from "./worker.js";
import type { Worker, WorkerOptions } from "./worker.js";

/** The limit of each measurement, so that all of them end within two minutes. */
const quickLimitMs = 5_000;

export function makeBench(workspace: Workspace, quick: boolean): Bench & { notes: string[]; end(): Promise<void> } {
  const workers = new Set<Worker>();
  const notes: string[] = [];
  const start = async (subject: Subject, options: WorkerOptions = {}) => {
    const worker = await startWorker(workspace, subject, options);
    workers.add(worker);
    return worker;
  };
  return {
    quick,
    workspace,
    limitMs: quick ? quickLimitMs : undefined,
    notes,
    note: (text) => void notes.push(text),
    start,
    scaled: (full, small) => (quick ? small : full),
    async startAll<Name extends Subject>(subjects: readonly Name[], options: WorkerOptions = {}) {
      const started = new Map<Name, Worker>();
      for (const subject of subjects) {
        try {
          started.set(subject, await start(subject, options));
        } catch (error) {
          notes.push(`${titles[subject]} could not start: ${firstLine(error)}`);
        }
      }
      return started;
    },
    async end() {
      await Promise.all([...workers].map((worker) => worker.end()));
    },
  };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
