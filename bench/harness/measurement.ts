// The types of a measurement and its outcome.
import type { Workspace } from "./workspace.js";
import type { Row } from "./results/series.js";
import type { Worker, WorkerOptions } from "./worker.js";
import type { Subject } from "../contenders/contender.js";

export interface Measurement {
  /** The name for `--only`, and the key in the results. */
  readonly name: string;
  readonly title: string;
  /** Skipped with `--quick`, unless `--only` names it. */
  readonly isSlow?: boolean;
  run(bench: Bench): Promise<Outcome>;
}

export interface Outcome {
  rows: Row[];
  goals?: Goal[];
  notes?: string[];
}

export interface Goal {
  what: string;
  value: number;
  /** The unit in which the value is printed. */
  unit: "×" | "ms" | "KB" | "%" | "";
  /** Without a limit, the value is only printed. */
  limit?: number;
  must?: "at most" | "at least";
}

export interface Bench {
  readonly quick: boolean;
  readonly workspace: Workspace;
  /** No further round starts after this time. Set with `--quick`. */
  readonly limitMs: number | undefined;
  /** `full`, or `quick` with `--quick`. */
  scaled(full: number, quick: number): number;
  /** Prints a note below the results. */
  note(text: string): void;
  /** Starts a subject in a separate process. Its Codex ends with the measurement. */
  start(subject: Subject, options?: WorkerOptions): Promise<Worker>;
  /** Starts the subjects that this machine supports. A subject that cannot start is noted. */
  startAll<Name extends Subject>(subjects: readonly Name[], options?: WorkerOptions): Promise<Map<Name, Worker>>;
}

export function isMet({ value, limit = Number.NaN, must }: Goal): boolean {
  return must === "at most" ? value <= limit : value >= limit;
}
