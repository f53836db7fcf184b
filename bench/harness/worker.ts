// The bench's side of programs/worker.ts: one contender, its operations and its memory.
import type { ContenderSetup, Subject } from "../contenders/contender.js";
import { peakMemory } from "./memory.js";
import type { ModelMode, Place } from "./place.js";
import { startProgram } from "./program.js";
import type { Program } from "./program.js";

// A type, so that it has the index signature of `Operations`.
export type WorkerOperations = {
  /** Milliseconds of each of `count` turns on a new thread, after `warmUp` turns that do not count. */
  turns(argument: { count: number; warmUp: number }): Promise<number[]>;
  /** The same on one thread that lasts as long as the worker. */
  lastingTurns(argument: { count: number }): Promise<number[]>;
  /** Milliseconds until all of `threads` new threads, side by side, have run `turns` turns each. */
  fleet(argument: { threads: number; turns: number }): Promise<number>;
  /** Milliseconds from the model's first piece of text to its being seen, of each of `count` turns on a new thread. */
  timedTurns(argument: { count: number }): Promise<number[]>;
  /** After a garbage collection. */
  usage(argument: undefined): { cpuMs: number; heapBytes: number };
};

export interface WorkerOptions {
  /** Default `instant`. */
  mode?: ModelMode;
  config?: ContenderSetup["config"];
  env?: Record<string, string>;
  ephemeral?: boolean;
}

export interface Worker extends Program<WorkerOperations> {
  readonly subject: Subject;
  /** Runs `work`; gives the most memory, in bytes, that the worker and its descendants held at once meanwhile. */
  peakMemory(work: () => Promise<unknown>): Promise<number>;
}

export async function startWorker(place: Place, subject: Subject, options: WorkerOptions): Promise<Worker> {
  const env = { ...place.env, ...options.env };
  const setup: ContenderSetup = {
    subject,
    baseUrl: place.baseUrl(options.mode ?? "instant"),
    codexHome: await place.newCodexHome(),
    workingDirectory: place.workingDirectory,
    env,
    config: options.config ?? {},
    ephemeral: options.ephemeral ?? false,
  };
  const program = await startProgram<WorkerOperations>("worker", setup, { env });
  return { ...program, subject, peakMemory: (work) => peakMemory(program.pid, work) };
}
