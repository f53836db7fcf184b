// A start that many may wait for, and that is broken off when none of them waits any more.
import { fired } from "./time-limit.js";

export class SharedStart<Result> {
  /** Settles when the start is over, also when it was broken off. */
  readonly result: Promise<Result>;
  readonly #abort = new AbortController();
  readonly #onAbandoned: () => void;
  #waiting = 0;
  #isOver = false;

  constructor(start: (signal: AbortSignal) => Promise<Result>, onAbandoned: () => void) {
    this.#onAbandoned = onAbandoned;
    this.result = start(this.#abort.signal).finally(() => {
      this.#isOver = true;
    });
    this.result.catch(() => undefined);
  }

  /** @throws what the start throws, or the signal's reason; the last to leave waits until nothing of the start is left. */
  async wait(signal: AbortSignal | undefined): Promise<Result> {
    this.#waiting += 1;
    try {
      return await Promise.race([this.result, ...(signal ? [rejected(signal)] : [])]);
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && !this.#isOver) await this.abandon();
    }
  }

  async abandon(): Promise<void> {
    this.#onAbandoned();
    this.#abort.abort();
    await this.result.catch(() => undefined);
  }
}

async function rejected(signal: AbortSignal): Promise<never> {
  await fired(signal);
  throw signal.reason;
}
