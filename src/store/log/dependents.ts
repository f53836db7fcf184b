// Tracks which threads require the files of another thread. Stored with the required thread, so that its deletion finds
// them.
import { randomUUID } from "node:crypto";
import { CodexError, ThreadNotFoundError } from "../../index.js";
import type { ThreadHead, ThreadStore } from "../../index.js";
import type { ObjectStorage } from "./object-storage.js";

export class Dependents {
  readonly #objects: ObjectStorage;
  readonly #store: Pick<ThreadStore, "head" | "claim" | "release">;

  constructor(objects: ObjectStorage, store: Pick<ThreadStore, "head" | "claim" | "release">) {
    this.#objects = objects;
    this.#store = store;
  }

  /**
   * Records that `threadId` requires these threads, then checks that they exist. A deletion marks the thread first and
   * then checks for dependents, so that one of the two detects the other.
   */
  async add(threadId: string, ancestors: readonly string[]): Promise<void> {
    const created: string[] = [];
    try {
      for (const ancestor of ancestors) {
        const key = `threads/${ancestor}/dependents/${threadId}`;
        const createdAt = await this.#objects.create(key, new Uint8Array(), { isDurable: true });
        if (createdAt !== undefined) created.push(key);
        await this.#assertExists(threadId, ancestor);
      }
    } catch (error) {
      await this.#objects.remove(created);
      throw error;
    }
  }

  async #assertExists(threadId: string, ancestor: string): Promise<void> {
    const head = await this.#store.head(ancestor);
    if (head?.manifest) return;
    const why = head?.isDeleted ? "was deleted from the store" : "is not in the store";
    throw new ThreadNotFoundError(`Thread ${threadId} requires the history of thread ${ancestor}, which ${why}.`);
  }

  /** A thread that requires this one, or is about to. */
  async find(threadId: string): Promise<string | undefined> {
    for (const { key } of await this.#objects.list(`threads/${threadId}/dependents/`)) {
      const dependent = key.slice(key.lastIndexOf("/") + 1);
      const head = await this.#store.head(dependent);
      if (head?.isDeleted) continue;
      if (needs(head, threadId) || (await this.#mayStillAppend(dependent, threadId))) return dependent;
    }
    return undefined;
  }

  /** The append that added the reference may still arrive. A new claim prevents that, unless its writer is alive. */
  async #mayStillAppend(dependent: string, threadId: string): Promise<boolean> {
    try {
      const { claim, head } = await this.#store.claim(dependent, { owner: `deletion-${randomUUID()}`, ttlMs: 10_000 });
      await this.#store.release(claim);
      return needs(head, threadId);
    } catch (error) {
      if (CodexError.isInstance(error) && error.code === "thread_busy") return true;
      if (CodexError.isInstance(error) && error.code === "thread_not_found") return false;
      throw error;
    }
  }
}

function needs(head: ThreadHead | undefined, threadId: string): boolean {
  return head?.manifest?.ancestors.includes(threadId) === true;
}
