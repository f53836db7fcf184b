// A question to the host, from the call of the handler until it is answered or withdrawn.
import { deferred } from "../../internal/deferred.js";

/** The outcome of a question. */
export type Outcome<Answer> = { answer: Answer } | { error: unknown } | "withdrawn";

export class OpenQuestion {
  readonly #abortController = new AbortController();
  readonly #withdrawn = deferred<"withdrawn">();

  /** Aborts when the answer is no longer needed. */
  get signal(): AbortSignal {
    return this.#abortController.signal;
  }

  /** Resolves with the first of an answer, an error and the withdrawal of the question. Never rejects. */
  async ask<Answer>(ask: (signal: AbortSignal) => Promise<Answer>): Promise<Outcome<Answer>> {
    const answered: Promise<Outcome<Answer>> = Promise.resolve()
      .then(() => ask(this.signal))
      .then(
        (answer) => ({ answer }),
        (error: unknown) => ({ error }),
      );
    return Promise.race([answered, this.#withdrawn.promise]);
  }

  /** The answer is no longer needed. */
  withdraw(): void {
    this.#withdrawn.resolve("withdrawn");
    this.#abortController.abort();
  }
}
