// Notifies about `close()`. An AbortSignal would warn of a leak if many turns listen to it.
import { ClosedError } from "../errors/errors.js";

export class Closing {
  readonly #listeners = new Set<() => void>();
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Calls the listener once when the Codex closes; immediately if it is closed. Returns a function that removes it. */
  listen(listener: () => void): () => void {
    if (this.#isClosed) listener();
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }
}

/** The error of every operation on a closed Codex. */
export function closedError(): ClosedError {
  return new ClosedError("This Codex was closed. Create a new one to continue.");
}
