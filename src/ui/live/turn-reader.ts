// The position of one viewer in a turn. It does not copy the turn, so slow viewers do not use memory.
import type { TurnChange, TurnPart } from "../parts/turn-part.js";
import type { PartRecord } from "../parts/turn-reducer.js";
import type { LogEntry, TurnLog } from "./turn-log.js";

export interface PositionedChange {
  change: TurnChange;
  /** The cursor after this change; undefined within a catch-up, where a viewer must not continue. */
  cursor: number | undefined;
}

/** The maximum number of changes per read, except for a catch-up. */
const batchSize = 256;

export class TurnReader {
  readonly #log: TurnLog;
  /** The received length of each open text. */
  readonly #seen = new Map<string, number>();
  #cursor: number;
  #hasStarted: boolean;
  #hasEnded = false;

  /**
   * @param after The cursor of a viewer that reconnects. It must not be older than the log's oldest change. Defaults to
   * the beginning.
   */
  constructor(log: TurnLog, after?: number) {
    this.#log = log;
    this.#cursor = after ?? 0;
    this.#hasStarted = after !== undefined;
    if (after !== undefined) this.#restore(after);
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** Whether the turn has ended and the viewer has received all changes. */
  get hasEnded(): boolean {
    return (
      this.#hasEnded || (this.#hasStarted && this.#log.reducer.outcome !== undefined && this.#cursor >= this.#log.seq)
    );
  }

  /** Resolves when `read` can return changes. */
  ready(): Promise<void> {
    return this.#hasStarted && !this.hasEnded ? this.#log.after(this.#cursor) : Promise.resolve();
  }

  /** Returns the changes that the viewer has not received, with adjacent deltas of one text merged. */
  read(): PositionedChange[] {
    const changes: PositionedChange[] = [];
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      const { metadata } = this.#log.reducer;
      changes.push({ change: { type: "turn.started", metadata }, cursor: 0 });
    }
    if (this.#cursor + 1 < this.#log.oldest) this.#catchUp(changes);
    else this.#follow(changes);
    return changes;
  }

  #follow(changes: PositionedChange[]): void {
    const until = Math.min(this.#log.seq, this.#cursor + batchSize);
    while (this.#cursor < until) {
      const run = this.#run(this.#cursor + 1, until);
      for (const change of this.#changesOf(run.entry)) changes.push({ change, cursor: undefined });
      this.#cursor = run.last;
      const latest = changes.at(-1);
      if (latest) latest.cursor = run.last;
    }
  }

  /** Merges a change with the directly following changes of the same kind and part. */
  #run(first: number, until: number): { entry: LogEntry; last: number } {
    // The index is within the log.
    let entry = this.#log.entry(first) as LogEntry;
    let last = first;
    for (let seq = first + 1; seq <= until; seq += 1) {
      const next = this.#log.entry(seq);
      if (!next || next.op !== entry.op || !("id" in next) || !("id" in entry) || next.id !== entry.id) break;
      entry = { ...entry, to: next.to };
      last = seq;
    }
    return { entry, last };
  }

  #changesOf(entry: LogEntry): TurnChange[] {
    const { metadata, outcome } = this.#log.reducer;
    if (entry.op === "metadata") return [{ type: "turn.metadata", metadata }];
    if (entry.op === "end") {
      this.#hasEnded = true;
      return outcome ? [{ type: "turn.ended", outcome, metadata }] : [];
    }
    const part = this.#log.reducer.parts.get(entry.id);
    return part ? this.#partChanges(entry, part) : [];
  }

  #partChanges({ op, from, to }: PartRecord, part: TurnPart): TurnChange[] {
    switch (op) {
      case "started":
        this.#seen.set(part.id, 0);
        return [{ type: "part.started", part }];
      case "delta":
        this.#seen.set(part.id, to);
        return [{ type: "part.delta", part, delta: this.#log.reducer.textBetween(part, from, to) }];
      case "updated":
        return [{ type: "part.updated", part }];
      case "ended":
        this.#seen.delete(part.id);
        return [{ type: "part.ended", part }];
    }
  }

  /**
   * The log does not reach back to the viewer's position: returns the missing data of each part in its current state.
   */
  #catchUp(changes: PositionedChange[]): void {
    const { reducer, seq } = this.#log;
    changes.push({ change: { type: "turn.metadata", metadata: reducer.metadata }, cursor: undefined });
    for (const part of reducer.parts.values()) {
      const { first, last, end } = this.#log.times(part.id);
      if (last <= this.#cursor) continue;
      const seen = this.#seen.get(part.id) ?? 0;
      const length = reducer.lengthOf(part);
      const add = (change: TurnChange) => changes.push({ change, cursor: undefined });
      if (first > this.#cursor) add({ type: "part.started", part });
      if (length > seen) add({ type: "part.delta", part, delta: reducer.textBetween(part, seen, length) });
      else if (first <= this.#cursor && end === undefined) add({ type: "part.updated", part });
      this.#seen.set(part.id, length);
      if (end === undefined) continue;
      this.#seen.delete(part.id);
      add({ type: "part.ended", part });
    }
    this.#cursor = seq;
    if (reducer.outcome)
      for (const change of this.#changesOf({ op: "end" })) changes.push({ change, cursor: undefined });
    const latest = changes.at(-1);
    if (latest) latest.cursor = seq;
  }

  /** The length of each open text that a viewer with this cursor has received. */
  #restore(after: number): void {
    const { reducer } = this.#log;
    for (const part of reducer.parts.values()) {
      const { first, end } = this.#log.times(part.id);
      if (first <= after && (end === undefined || end > after)) this.#seen.set(part.id, reducer.lengthOf(part));
    }
    const corrected = new Set<string>();
    for (let seq = Math.max(after + 1, this.#log.oldest); seq <= this.#log.seq; seq += 1) {
      const entry = this.#log.entry(seq);
      if (!entry || !("id" in entry) || corrected.has(entry.id) || !this.#seen.has(entry.id)) continue;
      corrected.add(entry.id);
      this.#seen.set(entry.id, entry.from);
    }
  }
}
