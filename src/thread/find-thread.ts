// Finds a thread by its name.
import { InvalidInputError, ThreadNotFoundError } from "../errors/errors.js";
import type { ListThreadsOptions } from "../records/list-options.js";
import type { ThreadRecord } from "../records/thread-record.js";

type List = (options: ListThreadsOptions) => AsyncIterable<ThreadRecord>;

/**
 * The ID of the thread with this name. An archived thread counts only if no other has the name.
 * @throws ThreadNotFoundError; InvalidInputError that lists the candidates if several threads have the name.
 */
export async function findThreadByName(list: List, name: string): Promise<string> {
  const found = (await withName(list, name, false)) ?? (await withName(list, name, true));
  if (found !== undefined) return found;
  throw new ThreadNotFoundError(
    `No thread is named ${JSON.stringify(name)}. Pass the thread's ID, or find it with \`codex.listThreads()\`.`,
  );
}

async function withName(list: List, name: string, archived: boolean): Promise<string | undefined> {
  const threads: ThreadRecord[] = [];
  // Codex also returns threads whose name or first prompt only contains the text.
  for await (const thread of list({ title: name, archived })) if (thread.name === name) threads.push(thread);
  if (threads.length <= 1) return threads[0]?.id;
  const candidates = threads.map(
    ({ id, cwd, updatedAt }) => `  ${id}, last updated ${updatedAt.toISOString()}, in ${cwd}`,
  );
  throw new InvalidInputError(
    `${threads.length} threads are named ${JSON.stringify(name)}. Pass the ID of one of them:\n${candidates.join("\n")}`,
  );
}
