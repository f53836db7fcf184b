// The threads that pages look at, read once for many requests.
import { stat } from "node:fs/promises";
import type { Codex } from "../../index.js";
import { ThreadRows } from "./thread-rows.js";

/** A long thread takes some memory, and a person looks at one or two at a time. */
const mostThreads = 3;

interface Entry {
  rows: Promise<ThreadRows>;
  /** What the thread's file was before it was read; undefined where that is not known. */
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
    // The last used is the last in the map.
    this.#entries.delete(threadId);
    this.#entries.set(threadId, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > mostThreads && oldest !== undefined) this.forget(oldest);
    return entry.rows;
  }

  /** Something that the thread's file does not show has changed, such as its name. */
  forget(threadId: string): void {
    this.#entries.delete(threadId);
    this.#paths.delete(threadId);
  }

  async #load(threadId: string): Promise<ThreadRows> {
    try {
      return new ThreadRows(await this.#codex.readThread(threadId));
    } catch (error) {
      this.forget(threadId);
      throw error;
    }
  }

  async #version(threadId: string): Promise<string | undefined> {
    let path = this.#paths.get(threadId);
    if (path === undefined) {
      // A thread that does not exist is reported by `readThread`.
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
