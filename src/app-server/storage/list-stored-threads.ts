// Lists and searches the threads of a store, using their manifests, and for a search their content.
import { InvalidInputError, StoreError } from "../../errors/errors.js";
import { largestPage } from "../../records/list-options.js";
import type { ListThreadsOptions, ThreadPage } from "../../records/list-options.js";
import type { ThreadRecord } from "../../records/thread-record.js";
import type { ThreadHead } from "../../thread-store/thread-head.js";
import { callStore } from "../../thread-sync/store-call.js";
import type { ThreadSync } from "../../thread-sync/thread-sync.js";
import { directories, defaultSources } from "../management/list-threads.js";
import { findInThread } from "./find-in-thread.js";
import { toStoredRecord } from "./to-stored-record.js";

const pageSize = 100;

/** A store does not have an index, so each page reads the manifests of all threads. */
export async function listStoredThreads(
  sync: ThreadSync,
  options: ListThreadsOptions,
  cursor: string | null,
): Promise<ThreadPage> {
  const heads = await matchingHeads(sync, options);
  const sorted = heads.toSorted((a, b) => order(a, options) - order(b, options) || (a.threadId < b.threadId ? -1 : 1));
  if ((options.sortDirection ?? "desc") === "desc") sorted.reverse();
  const start = cursor === null ? 0 : positionAfter(sorted, cursor);
  const size = options.pageSize ?? Math.min(options.limit ?? largestPage, largestPage);
  const threads: ThreadRecord[] = [];
  let next = start;
  for (; next < sorted.length && threads.length < size; next++) {
    const record = await recordOf(sync, sorted[next], options.search);
    if (record) threads.push(record);
  }
  const last = sorted[next - 1];
  return { threads, nextCursor: next < sorted.length && last ? toCursor(last) : null };
}

async function matchingHeads(sync: ThreadSync, options: ListThreadsOptions): Promise<ThreadHead[]> {
  const { store, limits } = sync;
  await callStore("check", () => store.check(), limits);
  const heads: ThreadHead[] = [];
  let after: string | undefined;
  const pages = new Set<string | undefined>();
  do {
    if (pages.has(after)) throw damagedListError();
    pages.add(after);
    const query = { after, limit: pageSize };
    const page = await callStore("list", () => store.list(query), limits);
    heads.push(...page.threads.filter((head) => matches(head, options)));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return heads;
}

function damagedListError(): StoreError {
  return new StoreError("The thread store is damaged: a page of its list leads back to an earlier page.", {
    isRetryable: false,
  });
}

function matches({ manifest }: ThreadHead, options: ListThreadsOptions): boolean {
  if (!manifest || manifest.archived !== (options.archived ?? false)) return false;
  const { workingDirectory, modelProviders, title } = options;
  if (workingDirectory !== undefined && !directories(workingDirectory).includes(manifest.settings.workingDirectory)) {
    return false;
  }
  if (modelProviders && modelProviders.length > 0 && !modelProviders.includes(manifest.settings.modelProvider)) {
    return false;
  }
  const sources: readonly string[] = options.sources ?? defaultSources;
  if (!sources.includes(manifest.source)) return false;
  return title === undefined || (manifest.name ?? manifest.preview).includes(title);
}

function order({ manifest }: ThreadHead, { sort = "last_used" }: ListThreadsOptions): number {
  if (!manifest) return 0;
  if (sort === "created") return manifest.createdAt;
  if (sort === "updated") return manifest.updatedAt;
  return manifest.lastUsedAt ?? manifest.updatedAt;
}

async function recordOf(
  sync: ThreadSync,
  head: ThreadHead | undefined,
  search: string | undefined,
): Promise<ThreadRecord | undefined> {
  if (!head?.manifest) return undefined;
  if (search === undefined) return toStoredRecord(head.threadId, head.manifest);
  const snippet = await findInThread(sync, head, search);
  return snippet === undefined ? undefined : toStoredRecord(head.threadId, head.manifest, snippet);
}

/** The order may change while pages are read: a page begins after the last thread of the previous one. */
function positionAfter(heads: readonly ThreadHead[], cursor: string): number {
  const threadId = /^after:([A-Za-z0-9_-]+)$/.exec(cursor)?.[1];
  if (threadId === undefined) {
    throw new InvalidInputError("`cursor` must be the `nextCursor` of a page of the same store.");
  }
  return heads.findIndex((head) => head.threadId === threadId) + 1;
}

function toCursor({ threadId }: ThreadHead): string {
  return `after:${threadId}`;
}
