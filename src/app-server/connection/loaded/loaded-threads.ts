// The threads that one Codex process has loaded for this SDK. Each takes about 1 MB and two file descriptors, so threads
// are unloaded after they have been idle for some time, or when too many are loaded.
import { startTimer } from "../../../internal/timer.js";

export interface LoadedThreadsOptions {
  /** How long a thread may be idle before it is unloaded, in milliseconds. */
  idleMs: number;
  /** How many threads may be loaded before idle ones are unloaded early, the least recently used first. */
  limit: number;
  /** Whether the thread can be unloaded without ending any of its work. */
  hasNoRunningWork(threadId: string): Promise<boolean>;
  unload(threadId: string): Promise<void>;
}

/** The object with whose options the thread was loaded. */
export interface ThreadOwner {
  /** Called when the thread is no longer loaded for this owner. */
  onUnload(): void;
}

interface LoadedThread {
  owner: ThreadOwner;
  /** Whether it can be loaded again. */
  isSaved: boolean;
  /** The number of turns that use it. */
  uses: number;
  timer?: NodeJS.Timeout | undefined;
}

export class LoadedThreads {
  readonly #options: LoadedThreadsOptions;
  /** In order of use, the least recently used first. */
  readonly #threads = new Map<string, LoadedThread>();

  constructor(options: LoadedThreadsOptions) {
    this.#options = options;
  }

  /** Whether the thread is loaded with the options of `owner`. */
  has(threadId: string, owner: ThreadOwner): boolean {
    return this.#threads.get(threadId)?.owner === owner;
  }

  add(threadId: string, { owner, isSaved }: Pick<LoadedThread, "owner" | "isSaved">): void {
    const previous = this.#threads.get(threadId);
    const uses = previous?.uses ?? 0;
    clearTimeout(previous?.timer);
    this.#threads.delete(threadId);
    if (previous && previous.owner !== owner) previous.owner.onUnload();
    const thread: LoadedThread = { owner, isSaved, uses };
    this.#threads.set(threadId, thread);
    if (uses === 0) this.#onIdle(threadId, thread);
  }

  /** A turn of the loaded thread starts. Call the returned function when it has ended. */
  use(threadId: string): () => void {
    const thread = this.#threads.get(threadId);
    if (!thread) return () => undefined;
    thread.uses += 1;
    clearTimeout(thread.timer);
    return () => {
      thread.uses -= 1;
      if (thread.uses > 0 || this.#threads.get(threadId) !== thread) return;
      this.#threads.delete(threadId);
      this.#threads.set(threadId, thread);
      this.#onIdle(threadId, thread);
    };
  }

  /** The next turn loads the thread again. */
  remove(threadId: string): void {
    const thread = this.#threads.get(threadId);
    clearTimeout(thread?.timer);
    this.#threads.delete(threadId);
    thread?.owner.onUnload();
  }

  /** Removes all threads. */
  clear(): void {
    for (const threadId of this.#threads.keys()) this.remove(threadId);
  }

  #onIdle(threadId: string, thread: LoadedThread): void {
    if (!thread.isSaved) return;
    clearTimeout(thread.timer);
    thread.timer = startTimer(this.#options.idleMs, () => void this.#unload(threadId, thread));
    thread.timer?.unref();
    const excess = this.#threads.size - this.#options.limit;
    if (excess > 0) void this.#unloadOldest(excess);
  }

  async #unloadOldest(count: number): Promise<void> {
    const idle = [...this.#threads].filter(([, thread]) => thread.isSaved && thread.uses === 0);
    let remaining = count;
    for (const [threadId, thread] of idle) {
      if (remaining === 0) return;
      if (await this.#unload(threadId, thread)) remaining -= 1;
    }
  }

  /** Returns whether it was unloaded: it is not if it is used again or has running work. */
  async #unload(threadId: string, thread: LoadedThread): Promise<boolean> {
    const isIdle = () => this.#threads.get(threadId) === thread && thread.uses === 0;
    try {
      if (!isIdle()) return false;
      const isQuiet = await this.#options.hasNoRunningWork(threadId);
      if (!isIdle()) return false;
      if (!isQuiet) {
        this.#threads.delete(threadId);
        this.#threads.set(threadId, thread);
        thread.timer?.refresh();
        return false;
      }
      this.remove(threadId);
      await this.#options.unload(threadId);
      return true;
    } catch {
      // Codex has already unloaded the thread, or has exited.
      return false;
    }
  }
}
