// Waits for requests that have not arrived yet.
import type { ModelRequest } from "./model-request.js";
import { ScriptError } from "../script/script-error.js";

interface Waiter {
  takes(request: ModelRequest): boolean;
  resolve(request: ModelRequest): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

export class RequestWaiters {
  readonly #waiters = new Set<Waiter>();

  #count = 0;

  /** Resolves with the next request that `takes` accepts. */
  wait(takes: (request: ModelRequest) => boolean, timeoutMs: number): Promise<ModelRequest> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(
          new ScriptError(
            `The awaited request did not arrive within ${timeoutMs} ms; there were ${this.#count} requests.`,
          ),
        );
      }, timeoutMs);
      const waiter: Waiter = { takes, resolve, reject, timer };
      this.#waiters.add(waiter);
    });
  }

  notify(request: ModelRequest): void {
    this.#count += 1;
    for (const waiter of this.#waiters) {
      if (!waiter.takes(request)) continue;
      this.#drop(waiter);
      waiter.resolve(request);
    }
  }

  /** Rejects all pending waits. */
  close(reason: string): void {
    for (const waiter of this.#waiters) {
      this.#drop(waiter);
      waiter.reject(new ScriptError(reason));
    }
  }

  #drop(waiter: Waiter): void {
    clearTimeout(waiter.timer);
    this.#waiters.delete(waiter);
  }
}
