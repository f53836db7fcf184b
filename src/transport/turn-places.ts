// One turn at a time on a thread, also when several Thread objects stand for it.
import { deferred } from "../internal/deferred.js";

export class TurnPlaces {
  readonly #last = new Map<string, Promise<void>>();

  /** Waits for the thread's turns that came before; call what it gives when the turn is over. */
  async enter(threadId: string): Promise<() => void> {
    const before = this.#last.get(threadId);
    const place = deferred<void>();
    const after = (before ?? Promise.resolve()).then(() => place.promise);
    this.#last.set(threadId, after);
    await before;
    return () => {
      place.resolve();
      if (this.#last.get(threadId) === after) this.#last.delete(threadId);
    };
  }

  /** Whether a turn of the thread runs or waits. */
  has(threadId: string): boolean {
    return this.#last.has(threadId);
  }
}
