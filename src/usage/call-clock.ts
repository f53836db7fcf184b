// The earliest start of a model request: Codex reports when a response is complete, but not when its request was sent.

/** The times at which the agent waited only for the model. */
export class CallClock {
  #times: number[] = [];

  /** The turn has started, or a tool call has ended. */
  mark(atMs: number): void {
    this.#times.push(atMs);
  }

  /** The latest such time before a response was complete. Earlier ones are no longer needed. */
  startOf(completedAtMs: number): number | null {
    const index = this.#times.findLastIndex((time) => time <= completedAtMs);
    const start = this.#times[index];
    // A following request without a tool call in between starts where this one ended.
    this.#times = [completedAtMs, ...this.#times.slice(index + 1)];
    return start ?? null;
  }
}
