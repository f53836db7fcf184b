// Which threads need the files of another one. Kept with the thread that is needed, so that deleting it finds them.
import { randomUUID } from "node:crypto";
import { CodexError, ThreadNotFoundError } from "../../index.js";
import type { ThreadHead, ThreadStore } from "../../index.js";
import type { ObjectSpace } from "./object-space.js";

export class Dependents {
  readonly #space: ObjectSpace;
  readonly #store: Pick<ThreadStore, "head" | "claim" | "release">;

  constructor(space: ObjectSpace, store: Pick<ThreadStore, "head" | "claim" | "release">) {
    this.#space = space;
    this.#store = store;
  }

  /**
   * Records that `threadId` needs these threads, and then looks whether they exist: a deletion marks first and then looks
   * for dependents, so that one of the two sees the other.
   */
  async add(threadId: string, ancestors: readonly string[]): Promise<void> {
    const made: string[] = [];
    try {
      for (const ancestor of ancestors) {
        const key = `threads/${ancestor}/dependents/${threadId}`;
        const createdAt = await this.#space.create(key, new Uint8Array(), { isDurable: true });
        if (createdAt !== undefined) made.push(key);
        await this.#assertExists(threadId, ancestor);
      }
    } catch (error) {
      await this.#space.remove(made);
      throw error;
    }
  }

  async #assertExists(threadId: string, ancestor: string): Promise<void> {
    const head = await this.#store.head(ancestor);
    if (head?.manifest) return;
    const why = head?.isDeleted ? "was deleted from the store" : "is not in the store";
    throw new ThreadNotFoundError(`Thread ${threadId} needs the history of thread ${ancestor}, which ${why}.`);
  }

  /** A thread that needs this one, or is about to. */
  async find(threadId: string): Promise<string | undefined> {
    for (const { key } of await this.#space.list(`threads/${threadId}/dependents/`)) {
      const dependent = key.slice(key.lastIndexOf("/") + 1);
      const head = await this.#store.head(dependent);
      if (head?.isDeleted) continue;
      if (needs(head, threadId) || (await this.#mayStillAppend(dependent, threadId))) return dependent;
    }
    return undefined;
  }

  /** The append that made the reference may be on its way. A claim ends it, unless its writer is alive. */
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
