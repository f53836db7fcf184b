// Caches the threads that pages show.
import { stat } from "node:fs/promises";
import type { Codex } from "../../index.js";
import { ThreadRows } from "./thread-rows.js";

/** Long threads use much memory, and a user views one or two at a time. */
const mostThreads = 3;

interface Entry {
  rows: Promise<ThreadRows>;
  /** The version of the thread's file when it was read; undefined if unknown. */
  version: string | undefined;
}

export class ThreadCache {
  readonly #codex: Codex;
  readonly #entries = new Map<string, Entry>();
  readonly #paths = new Map<string, string | null>();

  constructor(codex: Codex) {
    this.#codex = codex;
  }

  /** @throws CodexError as `readThread` does. */
  async read(threadId: string): Promise<ThreadRows> {
    const version = await this.#version(threadId);
    const known = this.#entries.get(threadId);
    const isFresh = known !== undefined && version !== undefined && known.version === version;
    const entry = isFresh ? known : { rows: this.#load(threadId), version };
    // Reinserted, so that the map is ordered by last use.
    this.#entries.delete(threadId);
    this.#entries.set(threadId, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > mostThreads && oldest !== undefined) this.invalidate(oldest);
    return entry.rows;
  }

  /** Data outside the thread's file has changed, such as its name. */
  invalidate(threadId: string): void {
    this.#entries.delete(threadId);
    this.#paths.delete(threadId);
  }

  async #load(threadId: string): Promise<ThreadRows> {
    try {
      return new ThreadRows(await this.#codex.readThread(threadId));
    } catch (error) {
      this.invalidate(threadId);
      throw error;
    }
  }

  async #version(threadId: string): Promise<string | undefined> {
    let path = this.#paths.get(threadId);
    if (path === undefined) {
      // `readThread` reports a missing thread.
      path = await this.#codex.request("thread/read", { threadId }).then(
        ({ thread }) => thread.path,
        () => null,
      );
      this.#paths.set(threadId, path);
      if (this.#paths.size > 1_000) this.#paths.clear();
    }
    if (path === null) return undefined;
    try {
      const { size, mtimeMs } = await stat(path);
      return `${size}:${mtimeMs}`;
    } catch {
      this.#paths.delete(threadId);
      return undefined;
    }
  }
}
