// When a model request could begin: Codex reports when a response is complete, not when its request was sent.

/** The moments at which the agent had nothing to wait for but the model. */
export class CallClock {
  #moments: number[] = [];

  /** The turn has started, or a tool call has ended. */
  mark(atMs: number): void {
    this.#moments.push(atMs);
  }

  /** The newest moment before a response was complete. Earlier ones are not needed again. */
  startOf(completedAtMs: number): number | null {
    const index = this.#moments.findLastIndex((moment) => moment <= completedAtMs);
    const start = this.#moments[index];
    // A following request without a tool call in between begins where this one ended.
    this.#moments = [completedAtMs, ...this.#moments.slice(index + 1)];
    return start ?? null;
  }
}
