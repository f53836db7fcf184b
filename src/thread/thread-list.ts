// A list of conversations that pages by itself.
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
   * The page at a cursor, or the first one. A cursor is good for the options that it came from.
   * @throws InvalidInputError for what is no cursor.
   */
  async page(cursor?: string | null): Promise<ThreadPage> {
    if (cursor !== undefined && cursor !== null && (typeof cursor !== "string" || cursor === "")) {
      throw new InvalidInputError(`A cursor is the \`nextCursor\` of a page, not ${describe(cursor)}.`);
    }
    return this.#load(cursor ?? null);
  }

  /** All of them, page by page; each thread once, also when it moves in the order meanwhile. */
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
      // A cursor that comes back would lead round for ever.
      if (cursor === null || cursors.has(cursor)) return;
      cursors.add(cursor);
    } while (seen.size < this.#limit);
  }

  /** All of them in an array. */
  async toArray(): Promise<ThreadRecord[]> {
    const threads: ThreadRecord[] = [];
    for await (const thread of this) threads.push(thread);
    return threads;
  }
}
