// Buffers values until they are read, so that slow readers do not lose any.

type Next<Value> = (result: IteratorResult<Value, undefined> | Promise<never>) => void;

export class EventQueue<Value> {
  readonly #values: Value[] = [];
  readonly #readers: Next<Value>[] = [];
  #head = 0;
  #end: { error?: unknown } | undefined;

  push(value: Value): void {
    if (this.#end) return;
    const reader = this.#readers.shift();
    if (reader) reader({ value, done: false });
    else this.#values.push(value);
  }

  /** Ends the queue. */
  end(): void {
    this.#finish({});
  }

  /** Ends the queue with an error, which readers receive after the buffered values. */
  fail(error: unknown): void {
    this.#finish({ error });
  }

  /** There are no more readers: drops the values, and ends pending reads. */
  discard(): void {
    this.#values.length = 0;
    this.#head = 0;
    this.#end = undefined;
    this.#finish({});
  }

  #finish(end: { error?: unknown }): void {
    if (this.#end) return;
    this.#end = end;
    for (const reader of this.#readers.splice(0)) reader(this.#ending());
  }

  next(): Promise<IteratorResult<Value, undefined>> {
    if (this.#head < this.#values.length) {
      // The index was checked.
      const value = this.#values[this.#head] as Value;
      this.#head += 1;
      this.#compact();
      return Promise.resolve({ value, done: false });
    }
    if (this.#end) return Promise.resolve(this.#ending());
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  /** Throws the error once. Later reads return the end of the queue. */
  #ending(): IteratorResult<Value, undefined> | Promise<never> {
    if (this.#end && "error" in this.#end) {
      const { error } = this.#end;
      this.#end = {};
      return Promise.reject(error);
    }
    return { value: undefined, done: true };
  }

  #compact(): void {
    if (this.#head < 1024 || this.#head * 2 < this.#values.length) return;
    this.#values.splice(0, this.#head);
    this.#head = 0;
  }
}
