// The order in which a thread's turns run: that in which they were asked for.
import { deferred } from "../internal/deferred.js";

export interface Place {
  /** Settles when all places before this one are left. */
  ready: Promise<void>;
  leave: () => void;
}

export class ThreadQueue {
  #last: Promise<void> = Promise.resolve();
  #taken = 0;

  /** Whether nothing runs or waits. */
  get isIdle(): boolean {
    return this.#taken === 0;
  }

  take(): Place {
    const ready = this.#last;
    const place = deferred<void>();
    this.#last = ready.then(() => place.promise);
    this.#taken += 1;
    const leave = () => {
      this.#taken -= 1;
      place.resolve();
    };
    return { ready, leave };
  }
}
