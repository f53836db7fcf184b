// One turn, which can span several calls of the language model: it waits while the AI SDK runs a tool or asks the user.
import { deferred } from "../internal/deferred.js";
import type { Deferred } from "../internal/deferred.js";
import { startTimer } from "../internal/timer.js";
import type { StreamedTurn, ThreadEvent, ThreadItem } from "../index.js";
import { TurnLog } from "../ui/live/turn-log.js";
import { TurnReader } from "../ui/live/turn-reader.js";
import type { StreamPart } from "./stream-parts.js";

/** A question to the AI SDK: a call of one of its tools, or an approval. */
export interface Question {
  /** The ID that the answer in the next call refers to. */
  id: string;
  /** The parts at the end of the call. */
  parts: StreamPart[];
  answer(value: unknown): void;
  /** The turn no longer waits for an answer. */
  withdraw(reason: Error): void;
}

export class TurnSession {
  readonly reader: TurnReader;
  /** The original events, for callers that request raw chunks. */
  readonly raw: ThreadEvent[] = [];
  keepsRaw = false;
  readonly #log = new TurnLog();
  readonly #timeoutMs: number;
  readonly #open = new Map<string, Question>();
  #unreported: Question[] = [];
  #asked: Deferred<void> = deferred<void>();
  #turn: StreamedTurn | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isParked = false;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.reader = new TurnReader(this.#log);
  }

  get turn(): StreamedTurn {
    if (this.#turn) return this.#turn;
    throw new Error("The turn was used before it was started.");
  }

  get metadata() {
    return this.#log.reducer.metadata;
  }

  get outcome() {
    return this.#log.reducer.outcome;
  }

  follow(turn: StreamedTurn): Promise<unknown> {
    this.#turn = turn;
    return this.#log
      .follow({ events: this.#withRawEvents(turn.events), completed: () => turn.completed() })
      .then(() => this.#end());
  }

  /** Resolves when there are changes to read or questions to report. */
  ready(): Promise<unknown> {
    if (this.#unreported.length > 0) return Promise.resolve();
    return Promise.race([this.reader.ready(), this.#asked.promise]);
  }

  ask(question: Question): void {
    this.#open.set(question.id, question);
    this.#unreported.push(question);
    this.#asked.resolve();
  }

  /** The turn no longer waits for the answer. */
  withdraw(id: string, reason: Error): void {
    this.#open.get(id)?.withdraw(reason);
    this.#open.delete(id);
    this.#unreported = this.#unreported.filter((question) => question.id !== id);
  }

  takeQuestions(): Question[] {
    const questions = this.#unreported;
    this.#unreported = [];
    this.#asked = deferred<void>();
    return questions;
  }

  /** Whether the question is open. */
  waitsFor(id: string): boolean {
    return this.#open.has(id);
  }

  answer(id: string, value: unknown): void {
    const question = this.#open.get(id);
    this.#open.delete(id);
    question?.answer(value);
  }

  /** Adds an item whose event has not arrived yet. */
  addItem(item: ThreadItem): void {
    this.#log.reducer.onEvent({ type: "item.started", item });
  }

  /** Whether the turn waits for the next call. */
  get isParked(): boolean {
    return this.#isParked;
  }

  /** Waits for the next call, up to a limit, because the caller may never continue the turn. */
  park(): void {
    this.unpark();
    this.#isParked = true;
    this.#timer = startTimer(this.#timeoutMs, () => void this.turn.interrupt());
    this.#timer?.unref();
  }

  unpark(): void {
    this.#isParked = false;
    clearTimeout(this.#timer);
  }

  async *#withRawEvents(events: AsyncIterable<ThreadEvent>): AsyncGenerator<ThreadEvent, void, undefined> {
    for await (const event of events) {
      if (this.keepsRaw) this.raw.push(event);
      yield event;
    }
  }

  #end(): void {
    this.unpark();
    for (const { id } of this.#open.values()) this.withdraw(id, new Error("The turn has ended."));
  }
}
