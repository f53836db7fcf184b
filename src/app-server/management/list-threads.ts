// Lists and searches threads with one request to Codex per page.
import { realDirectory } from "../../options/working-directory.js";
import { largestPage } from "../../records/list-options.js";
import type { ListThreadsOptions, ThreadPage, ThreadSourceFilter } from "../../records/list-options.js";
import type { ThreadRecord } from "../../records/thread-record.js";
import { absolutePath } from "../../validation/host-directory.js";
import type { Connection } from "../connection/connection.js";
import type { ThreadSearchParams } from "../protocol/v2/ThreadSearchParams.js";
import type { ThreadSourceKind } from "../protocol/v2/ThreadSourceKind.js";
import { toThreadRecord } from "./to-thread-record.js";

export async function listThreads(
  connection: Connection,
  options: ListThreadsOptions,
  cursor: string | null,
): Promise<ThreadPage> {
  const { search, title, workingDirectory } = options;
  const paging = {
    cursor,
    limit: options.pageSize ?? Math.min(options.limit ?? largestPage, largestPage),
    sortKey: sortKeys[options.sort ?? "last_used"],
    sortDirection: options.sortDirection ?? "desc",
    sourceKinds: (options.sources ?? defaultSources).flatMap((source) => sourceKinds[source]),
    archived: options.archived ?? false,
  } as const;
  if (search !== undefined) return searchThreads(connection, { ...paging, searchTerm: search }, options);
  const { data, nextCursor } = await connection.request("thread/list", {
    ...paging,
    modelProviders: [...(options.modelProviders ?? [])],
    // Codex's index contains every thread that Codex itself has written.
    useStateDbOnly: options.rescan !== true,
    ...(workingDirectory !== undefined && { cwd: directories(workingDirectory) }),
    ...(title !== undefined && { searchTerm: title }),
  });
  return { threads: data.map((thread) => toThreadRecord(thread)), nextCursor };
}

/** Codex's search does not support a directory, provider or title, so its pages are filtered here. */
async function searchThreads(
  connection: Connection,
  params: ThreadSearchParams,
  options: ListThreadsOptions,
): Promise<ThreadPage> {
  const { data, nextCursor } = await connection.request("thread/search", params);
  const threads = data.map(({ thread, snippet }) => toThreadRecord(thread, snippet));
  return { threads: threads.filter((thread) => matches(thread, options)), nextCursor };
}

function matches(thread: ThreadRecord, { workingDirectory, modelProviders, title }: ListThreadsOptions): boolean {
  if (workingDirectory !== undefined && !directories(workingDirectory).includes(thread.cwd)) return false;
  if (modelProviders?.includes(thread.modelProvider) === false) return false;
  return title === undefined || (thread.name ?? thread.preview).includes(title);
}

/** Absolute, as given and with links resolved: Codex compares paths as text. */
export function directories(given: string | readonly string[]): string[] {
  const list = typeof given === "string" ? [given] : given;
  return [...new Set(list.flatMap((directory) => [absolutePath(directory), realDirectory(directory)]))];
}

const sortKeys = { last_used: "recency_at", updated: "updated_at", created: "created_at" } as const;

const sourceKinds: Record<ThreadSourceFilter, readonly ThreadSourceKind[]> = {
  cli: ["cli"],
  vscode: ["vscode"],
  exec: ["exec"],
  app_server: ["appServer"],
  subagent: ["subAgent", "subAgentReview", "subAgentCompact", "subAgentThreadSpawn", "subAgentOther"],
  unknown: ["unknown"],
};

export const defaultSources: readonly ThreadSourceFilter[] = ["cli", "vscode", "exec", "app_server", "unknown"];
