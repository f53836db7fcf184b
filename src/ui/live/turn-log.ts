// A running turn for its viewers: the parts so far, and a bounded log of changes.
import { deferred } from "../../internal/deferred.js";
import type { Deferred } from "../../internal/deferred.js";
import { startTimer } from "../../internal/timer.js";
import { CodexError, ProtocolError } from "../../index.js";
import type { StreamedTurn, Turn } from "../../index.js";
import { TurnReducer } from "../parts/turn-reducer.js";
import type { PartRecord, ReducerOptions } from "../parts/turn-reducer.js";
import type { TurnMetadata, TurnOutcome } from "../parts/turn-part.js";
import * as is from "../../validation/check-options.js";
import type { Check } from "../../validation/check-options.js";

export interface TurnLogOptions extends ReducerOptions {
  /** The number of changes that are stored for viewers that reconnect. @defaultValue 2_000 */
  logSize?: number | undefined;
  /** The minimum interval between two updates of one command's output, in milliseconds. @defaultValue 100 */
  outputIntervalMs?: number | undefined;
}

export const turnLogChecks = {
  maxOutputLength: is.wholeNumber(1),
  logSize: is.wholeNumber(1),
  outputIntervalMs: is.millisecondsOrZero,
} satisfies Record<keyof TurnLogOptions, Check>;

/** `metadata` and `end` are changes of the turn itself. */
export type LogEntry = PartRecord | { op: "metadata" } | { op: "end" };

export class TurnLog {
  readonly reducer: TurnReducer;
  /** The number of changes so far, which is the cursor of a viewer that has received all of them. */
  seq = 0;
  readonly #size: number;
  readonly #outputIntervalMs: number;
  /** The newest changes: the last one has the number `seq`. */
  #entries: LogEntry[] = [];
  /** The change numbers at which each part began, last changed, and ended. */
  readonly #times = new Map<string, { first: number; last: number; end: number | undefined }>();
  readonly #delayed = new Map<string, { entry: PartRecord; timer: NodeJS.Timeout | undefined }>();
  readonly #ended = deferred<TurnOutcome>();
  #changed: Deferred<void> | undefined;
  #isWaking = false;
  #waiting = 0;

  /** @param options `onThread` is called once, when the thread's ID is known. */
  constructor(options: TurnLogOptions & { onThread?: (threadId: string) => void } = {}) {
    const { logSize = 2_000, outputIntervalMs = 100, onThread, ...reducerOptions } = options;
    this.#size = logSize;
    this.#outputIntervalMs = outputIntervalMs;
    this.reducer = new TurnReducer(
      {
        record: (record) => this.#record(record),
        onMetadata: (added) => {
          if (added.threadId !== undefined) onThread?.(added.threadId);
          this.#push({ op: "metadata" });
        },
      },
      reducerOptions,
    );
  }

  /** Resolves when the turn has ended. */
  get ended(): Promise<TurnOutcome> {
    return this.#ended.promise;
  }

  /** The number of the oldest stored change, or `seq + 1`. */
  get oldest(): number {
    return this.seq - this.#entries.length + 1;
  }

  /** Reads the turn to its end. Never rejects. */
  async follow(turn: Pick<StreamedTurn, "events" | "completed">): Promise<TurnOutcome> {
    try {
      for await (const event of turn.events) this.reducer.onEvent(event);
    } catch {
      // `completed()` rejects with the same error.
    }
    await turn.completed().then(
      (result) => this.#finish({ status: "completed" }, result),
      (error: unknown) => this.fail(error),
    );
    return this.#ended.promise;
  }

  /** Ends the turn with an error. */
  fail(error: unknown): void {
    const known = CodexError.isInstance(error)
      ? error
      : new ProtocolError("The turn failed unexpectedly.", { cause: error });
    const status = known.code === "interrupted" ? "interrupted" : "failed";
    this.#finish({ status, error: known }, known.turn);
  }

  entry(seq: number): LogEntry | undefined {
    return this.#entries[seq - this.oldest];
  }

  times(id: string): { first: number; last: number; end: number | undefined } {
    return this.#times.get(id) ?? { first: 0, last: 0, end: undefined };
  }

  /**
   * Resolves when there are changes after `seq`. With many viewers, it resolves a little later for all of them
   * together.
   */
  async after(seq: number): Promise<void> {
    if (seq < this.seq || this.reducer.outcome) return;
    this.#changed ??= deferred<void>();
    this.#waiting += 1;
    await this.#changed.promise;
  }

  #finish(outcome: TurnOutcome, turn: EndedTurn | undefined): void {
    if (this.reducer.outcome) return;
    for (const id of this.#delayed.keys()) this.#release(id);
    const metadata = metadataOf(turn);
    this.reducer.end(outcome, turn?.diff ?? null);
    if (Object.keys(metadata).length > 0) this.reducer.metadata = { ...this.reducer.metadata, ...metadata };
    this.#push({ op: "end" });
    this.#ended.resolve(outcome);
  }

  #record(record: PartRecord): void {
    const part = this.reducer.parts.get(record.id);
    if (part?.kind !== "tool") return this.#push(record);
    if (record.op === "delta") return this.#delay(record);
    this.#release(record.id);
    this.#push(record);
  }

  /** Combines many small deltas of an output, because viewers receive the whole output with each update. */
  #delay(record: PartRecord): void {
    const delayed = this.#delayed.get(record.id);
    if (delayed) {
      delayed.entry = delayed.entry.to === delayed.entry.from ? record : { ...delayed.entry, to: record.to };
      return;
    }
    this.#push(record);
    const entry: PartRecord = { ...record, from: record.to };
    const timer = startTimer(this.#outputIntervalMs, () => this.#release(record.id));
    timer?.unref();
    this.#delayed.set(record.id, { entry, timer });
  }

  #release(id: string): void {
    const delayed = this.#delayed.get(id);
    if (!delayed) return;
    clearTimeout(delayed.timer);
    this.#delayed.delete(id);
    if (delayed.entry.to > delayed.entry.from) this.#delay(delayed.entry);
  }

  #push(entry: LogEntry): void {
    this.seq += 1;
    this.#entries.push(entry);
    // Dropped only at twice the size, so that the amortised cost per change is constant.
    if (this.#entries.length >= 2 * this.#size) this.#entries = this.#entries.slice(-this.#size);
    if ("id" in entry) this.#note(entry);
    this.#wake();
  }

  #note({ id, op }: PartRecord): void {
    const times = this.#times.get(id) ?? { first: this.seq, last: this.seq, end: undefined };
    times.last = this.seq;
    if (op === "ended") times.end ??= this.seq;
    this.#times.set(id, times);
  }

  #wake(): void {
    if (!this.#changed || this.#isWaking) return;
    this.#isWaking = true;
    const wake = () => {
      this.#isWaking = false;
      this.#waiting = 0;
      const changed = this.#changed;
      this.#changed = undefined;
      changed?.resolve();
    };
    if (this.#waiting > manyViewers) setTimeout(wake, manyViewersDelayMs).unref();
    else queueMicrotask(wake);
  }
}

/** With more viewers than this, each receives fewer and larger updates. */
const manyViewers = 50;
const manyViewersDelayMs = 25;

type EndedTurn = Partial<Pick<Turn, "usage" | "diff">> & {
  id?: string | null;
  threadId?: string | null;
  cost?: unknown;
};

function metadataOf(turn: EndedTurn | undefined): TurnMetadata {
  if (!turn) return {};
  const { id, usage, threadId, cost } = turn;
  return {
    ...(threadId !== undefined && threadId !== null && { threadId }),
    ...(id !== undefined && id !== null && { turnId: id }),
    ...(usage !== undefined && usage !== null && { usage }),
    ...(cost !== undefined && cost !== null && { cost }),
  };
}
