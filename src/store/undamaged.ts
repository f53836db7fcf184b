// One damaged thread must not hide the others in a list.
import { StoreError } from "../index.js";

export class Undamaged {
  #hasResult = false;
  #damage: StoreError | undefined;

  /** The result of `work`; undefined if what the store has is damaged. @throws any other error. */
  async try<Result>(work: Promise<Result>): Promise<Result | undefined> {
    try {
      const result = await work;
      this.#hasResult = true;
      return result;
    } catch (error) {
      if (!(error instanceof StoreError) || error.isRetryable) throw error;
      this.#damage ??= error;
      return undefined;
    }
  }

  /** Nothing could be read: the reason is probably not in a thread, but a transform that does not fit, for example. */
  assertAny(): void {
    if (this.#damage && !this.#hasResult) throw this.#damage;
  }
}
