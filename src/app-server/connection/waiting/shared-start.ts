// A start that several callers share. It is aborted when the last caller stops waiting.
import { whenAborted } from "./time-limit.js";

export class SharedStart<Result> {
  /** Settles when the start has ended, also if it was aborted. */
  readonly result: Promise<Result>;
  readonly #abort = new AbortController();
  readonly #onAbandoned: () => void;
  #waiting = 0;
  #hasSettled = false;

  constructor(start: (signal: AbortSignal) => Promise<Result>, onAbandoned: () => void) {
    this.#onAbandoned = onAbandoned;
    this.result = start(this.#abort.signal).finally(() => {
      this.#hasSettled = true;
    });
    this.result.catch(() => undefined);
  }

  /** @throws the error of the start, or the reason of the signal. The last caller to leave waits until the start has ended. */
  async wait(signal: AbortSignal | undefined): Promise<Result> {
    this.#waiting += 1;
    try {
      return await Promise.race([this.result, ...(signal ? [rejected(signal)] : [])]);
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && !this.#hasSettled) await this.abandon();
    }
  }

  async abandon(): Promise<void> {
    this.#onAbandoned();
    this.#abort.abort();
    await this.result.catch(() => undefined);
  }
}

async function rejected(signal: AbortSignal): Promise<never> {
  await whenAborted(signal);
  throw signal.reason;
}
