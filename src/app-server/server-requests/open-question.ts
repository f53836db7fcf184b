// A question to the host, from the moment it is put until it is answered or moot.
import { deferred } from "../../internal/deferred.js";

/** What became of a question. */
export type Outcome<Answer> = { answer: Answer } | { error: unknown } | "moot";

export class OpenQuestion {
  readonly #moot = new AbortController();
  readonly #withdrawn = deferred<"moot">();

  /** Fires when no answer is waited for any more. */
  get signal(): AbortSignal {
    return this.#moot.signal;
  }

  /** Settles with the first of an answer, an error and the end of the question. Never rejects. */
  async put<Answer>(ask: (signal: AbortSignal) => Promise<Answer>): Promise<Outcome<Answer>> {
    const asked: Promise<Outcome<Answer>> = Promise.resolve()
      .then(() => ask(this.signal))
      .then(
        (answer) => ({ answer }),
        (error: unknown) => ({ error }),
      );
    return Promise.race([asked, this.#withdrawn.promise]);
  }

  /** Nobody waits for the answer any more. */
  withdraw(): void {
    this.#withdrawn.resolve("moot");
    this.#moot.abort();
  }
}
