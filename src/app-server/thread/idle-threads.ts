// Lets go of threads that nobody has used for a while, so that codex unloads them: each costs it a megabyte and two files.
import type { Connection } from "../connection/connection.js";

/** codex itself then keeps the thread for a while (`thread_unload_delay_secs`), in case somebody comes back. */
const defaultIdleMs = 5 * 60_000;

export class IdleThreads {
  readonly #idleMs: number;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(idleMs = defaultIdleMs) {
    this.#idleMs = idleMs;
  }

  /** A turn of the thread has ended well. A thread that codex has not saved must not come here: it would be lost. */
  rest(threadId: string, connection: Connection): void {
    clearTimeout(this.#timers.get(threadId));
    const timer = setTimeout(() => {
      this.#timers.delete(threadId);
      void this.#release(threadId, connection);
    }, this.#idleMs);
    timer.unref();
    this.#timers.set(threadId, timer);
  }

  /** Nothing is let go any more. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #release(threadId: string, connection: Connection): Promise<void> {
    const isIdle = () => connection.isOpen && !connection.isListenedTo(threadId) && !this.#timers.has(threadId);
    if (!isIdle()) return;
    try {
      const { data } = await connection.request("thread/backgroundTerminals/list", { threadId });
      if (!isIdle()) return;
      // A command that the agent left running would end with the thread.
      if (data.length > 0) return this.rest(threadId, connection);
      connection.known.delete(threadId);
      await connection.request("thread/unsubscribe", { threadId });
    } catch {
      // codex has unloaded the thread by itself, or has ended.
    }
  }
}
