// A stream of a turn's values. Leaving it ends the turn immediately, also while a read is pending.
import { EventQueue } from "../internal/event-queue.js";

export class TurnStream<Value> implements AsyncGenerator<Value, void, undefined> {
  readonly #queue = new EventQueue<Value>();
  readonly #onReturn: () => Promise<void>;

  /** `onLeave` ends the turn, and settles when it has ended. */
  constructor(onLeave: () => Promise<void>) {
    this.#onReturn = onLeave;
  }

  push(value: Value): void {
    this.#queue.push(value);
  }

  end(): void {
    this.#queue.end();
  }

  /** Readers receive the error after they have read all values. */
  fail(error: unknown): void {
    this.#queue.fail(error);
  }

  next(): Promise<IteratorResult<Value, undefined>> {
    return this.#queue.next();
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    await this.#end();
    return { value: undefined, done: true };
  }

  async throw(error: unknown): Promise<never> {
    await this.#end();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  async #end(): Promise<void> {
    this.#queue.discard();
    await this.#onReturn();
  }
}
