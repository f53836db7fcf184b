// Starts programs/worker.ts, which runs one contender.
import type { ContenderSetup, Subject } from "../contenders/contender.js";
import { peakMemory } from "./memory.js";
import type { ModelMode, Workspace } from "./workspace.js";
import { startProgram } from "./program.js";
import type { Program } from "./program.js";

// A type alias, because an interface is not assignable to the index signature of `Operations`.
export type WorkerOperations = {
  /** @returns the milliseconds of each of `count` turns on a new thread, after `warmUp` unmeasured turns. */
  turns(argument: { count: number; warmUp: number }): Promise<number[]>;
  /** The same on one thread for the whole life of the worker. */
  sharedThreadTurns(argument: { count: number }): Promise<number[]>;
  /** @returns milliseconds until `threads` new threads have run `turns` turns each, concurrently. */
  parallelTurns(argument: { threads: number; turns: number }): Promise<number>;
  /** @returns for each of `count` turns, the milliseconds from the model's first piece of text to its arrival. */
  timedTurns(argument: { count: number }): Promise<number[]>;
  /** Measured after a garbage collection. */
  usage(argument: undefined): { cpuMs: number; heapBytes: number };
};

export interface WorkerOptions {
  /** @defaultValue `instant` */
  mode?: ModelMode;
  config?: ContenderSetup["config"];
  env?: Record<string, string>;
  ephemeral?: boolean;
}

export interface Worker extends Program<WorkerOperations> {
  readonly subject: Subject;
  /** Runs `work`. @returns the peak memory of the worker and its descendants, in bytes. */
  peakMemory(work: () => Promise<unknown>): Promise<number>;
}

export async function startWorker(workspace: Workspace, subject: Subject, options: WorkerOptions): Promise<Worker> {
  const env = { ...workspace.env, ...options.env };
  const setup: ContenderSetup = {
    subject,
    baseUrl: workspace.baseUrl(options.mode ?? "instant"),
    codexHome: await workspace.newCodexHome(),
    workingDirectory: workspace.workingDirectory,
    env,
    config: options.config ?? {},
    ephemeral: options.ephemeral ?? false,
  };
  const program = await startProgram<WorkerOperations>("worker", setup, { env });
  return { ...program, subject, peakMemory: (work) => peakMemory(program.pid, work) };
}
