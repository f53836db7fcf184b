// What a measurement is: a name, a run, and what comes out of it.
import type { Place } from "./place.js";
import type { Row } from "./series.js";
import type { Worker, WorkerOptions } from "./worker.js";
import type { Subject } from "../contenders/contender.js";

export interface Measurement {
  /** For `--only`, and the key in the JSON. */
  readonly name: string;
  readonly title: string;
  /** Left out with `--quick`, unless it is asked for by name. */
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
  /** How the value is written. */
  unit: "×" | "ms" | "KB" | "%" | "";
  /** What the value must keep to; without one it is only told. */
  limit?: number;
  must?: "at most" | "at least";
}

export interface Bench {
  readonly quick: boolean;
  readonly place: Place;
  /** After this time no further round begins; a hurried run has few rounds rather than no end. */
  readonly limitMs: number | undefined;
  /** The first value, or with `--quick` the second. */
  scaled(full: number, quick: number): number;
  /** Said below the results. */
  note(text: string): void;
  /** A subject in a process of its own; its codex ends with the measurement. */
  start(subject: Subject, options?: WorkerOptions): Promise<Worker>;
  /** Those of the subjects that can be had here; what is missing is noted. */
  startAll<Name extends Subject>(subjects: readonly Name[], options?: WorkerOptions): Promise<Map<Name, Worker>>;
}

export function isMet({ value, limit = Number.NaN, must }: Goal): boolean {
  return must === "at most" ? value <= limit : value >= limit;
}
