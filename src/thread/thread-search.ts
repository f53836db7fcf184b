// The search for a thread that was passed by name.
import type { CodexError } from "../errors/errors.js";
import { deferred } from "../internal/deferred.js";
import type { TurnOptions } from "../options/options.js";
import { closedError } from "../transport/closing.js";
import type { Closing } from "../transport/closing.js";
import type { TransportThread } from "../transport/transport.js";
import { TurnFold } from "../turn/turn-fold.js";
import { TurnLimits } from "../turn/turn-limits.js";
import { abortError } from "../turn/turn-run.js";

/** The options of a turn that end the wait for the search. */
export type SearchLimits = Pick<TurnOptions, "signal" | "timeoutMs">;

export class ThreadSearch {
  readonly #find: () => Promise<TransportThread>;
  readonly #closing: Closing;
  #finding: Promise<TransportThread> | undefined;

  constructor(find: () => Promise<TransportThread>, closing: Closing) {
    this.#find = find;
    this.#closing = closing;
  }

  /** Callers share one search. After it has failed, the next call searches again. */
  async found({ signal, timeoutMs }: SearchLimits = {}): Promise<TransportThread> {
    const stopped = deferred<never>();
    const stop = (reason: CodexError) => stopped.reject(Object.assign(reason, { turn: new TurnFold().partial() }));
    const onAbort = () => stop(abortError(signal));
    const limits = new TurnLimits({ timeoutMs }, () => false, stop);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    const unlisten = this.#closing.listen(() => stop(closedError()));
    try {
      return await Promise.race([stopped.promise, signal?.aborted ? stopped.promise : this.#search()]);
    } finally {
      limits.stop();
      signal?.removeEventListener("abort", onAbort);
      unlisten();
    }
  }

  #search(): Promise<TransportThread> {
    this.#finding ??= this.#find().finally(() => {
      this.#finding = undefined;
    });
    return this.#finding;
  }
}
