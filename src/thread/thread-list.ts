// An async iterable list of threads that loads pages as needed.
import { InvalidInputError } from "../errors/errors.js";
import { describe } from "../validation/check-options.js";
import type { ThreadPage } from "../records/list-options.js";
import type { ThreadRecord } from "../records/thread-record.js";

export class ThreadList implements AsyncIterable<ThreadRecord> {
  readonly #load: (cursor: string | null) => Promise<ThreadPage>;
  readonly #limit: number;

  /** @internal */
  constructor(load: (cursor: string | null) => Promise<ThreadPage>, limit: number | undefined) {
    this.#load = load;
    this.#limit = limit ?? Infinity;
  }

  /**
   * Returns the page at a cursor, or the first page. A cursor is valid only with the options that it was created with.
   * @throws InvalidInputError if `cursor` is not a cursor.
   */
  async page(cursor?: string | null): Promise<ThreadPage> {
    if (cursor !== undefined && cursor !== null && (typeof cursor !== "string" || cursor === "")) {
      throw new InvalidInputError(`\`cursor\` must be the \`nextCursor\` of a page, not ${describe(cursor)}.`);
    }
    return this.#load(cursor ?? null);
  }

  /** All threads, page by page. A thread is returned once, even if its position changes between two pages. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ThreadRecord, void, undefined> {
    const seen = new Set<string>();
    const cursors = new Set<string>();
    let cursor: string | null = null;
    do {
      const page: ThreadPage = await this.#load(cursor);
      for (const thread of page.threads) {
        if (seen.has(thread.id)) continue;
        if (seen.size >= this.#limit) return;
        seen.add(thread.id);
        yield thread;
      }
      cursor = page.nextCursor;
      // A repeated cursor would lead to an endless loop.
      if (cursor === null || cursors.has(cursor)) return;
      cursors.add(cursor);
    } while (seen.size < this.#limit);
  }

  /** All threads in an array. */
  async toArray(): Promise<ThreadRecord[]> {
    const threads: ThreadRecord[] = [];
    for await (const thread of this) threads.push(thread);
    return threads;
  }
}
