// Options for listing threads.
import * as is from "../validation/check-options.js";
import type { Check } from "../validation/check-options.js";
import type { ThreadRecord } from "./thread-record.js";

export type ThreadSort = "last_used" | "updated" | "created";
export type SortDirection = "asc" | "desc";
/** The origins of threads, as a filter. */
export type ThreadSourceFilter = "cli" | "vscode" | "exec" | "app_server" | "subagent" | "unknown";

export interface ListThreadsOptions {
  /** Only threads of this directory, or of one of these. @defaultValue all */
  workingDirectory?: string | readonly string[] | undefined;
  /** Only archived threads. @defaultValue false: only threads that are not archived */
  archived?: boolean | undefined;
  /** Only threads whose messages contain this text, ignoring case. Records then have a `snippet`. */
  search?: string | undefined;
  /** Only threads whose name, or first prompt if they are unnamed, contains this text. Case-sensitive. */
  title?: string | undefined;
  /** Only threads of these providers. @defaultValue all */
  modelProviders?: readonly string[] | undefined;
  /** Only threads with these origins. @defaultValue all except sub-agents */
  sources?: readonly ThreadSourceFilter[] | undefined;
  /** @defaultValue "last_used" */
  sort?: ThreadSort | undefined;
  /** @defaultValue "desc", the latest first */
  sortDirection?: SortDirection | undefined;
  /** The maximum number of threads. @defaultValue all */
  limit?: number | undefined;
  /** The maximum number of threads in one request, up to 100. @defaultValue 100 */
  pageSize?: number | undefined;
  /**
   * Reads every file instead of Codex's index. Much slower, but finds threads whose files were copied into CODEX_HOME. Has
   * no effect with `search`, which always reads the files. @defaultValue false
   */
  rescan?: boolean | undefined;
}

/** One page of a list. */
export interface ThreadPage {
  threads: ThreadRecord[];
  /** Pass it for the next page; null on the last one. */
  nextCursor: string | null;
}

export const largestPage = 100;

const count: Check = (value) =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? undefined : "a whole number above 0";

const listChecks = {
  workingDirectory: (value) =>
    is.text(value) === undefined || (Array.isArray(value) && value.length > 0 && is.texts(value) === undefined)
      ? undefined
      : "a directory, or an array of directories",
  archived: is.flag,
  search: is.text,
  title: is.text,
  modelProviders: is.texts,
  sources: (value) => {
    const known = is.oneOf("cli", "vscode", "exec", "app_server", "subagent", "unknown");
    const expected = `an array of ${known(undefined)}`;
    return Array.isArray(value) && value.length > 0 && is.isListOf(value, (entry) => known(entry) === undefined)
      ? undefined
      : expected;
  },
  sort: is.oneOf("last_used", "updated", "created"),
  sortDirection: is.oneOf("asc", "desc"),
  limit: count,
  pageSize: (value) =>
    count(value) === undefined && (value as number) <= largestPage
      ? undefined
      : `a whole number from 1 to ${largestPage}`,
  rescan: is.flag,
} satisfies Record<keyof ListThreadsOptions, Check>;

/** @throws InvalidInputError */
export function checkListOptions(options: unknown): void {
  is.checkOptions(options, listChecks, "ListThreadsOptions");
}
