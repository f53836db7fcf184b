// Which conversations to list, and in which order.
import * as is from "../validation/check-options.js";
import type { Check } from "../validation/check-options.js";
import type { ThreadRecord } from "./thread-record.js";

export type ThreadSort = "last_used" | "updated" | "created";
export type SortDirection = "asc" | "desc";
/** Where threads were made, as a filter. */
export type ThreadSourceFilter = "cli" | "vscode" | "exec" | "app_server" | "subagent" | "unknown";

export interface ListThreadsOptions {
  /** Only threads of this directory, or of one of these. Default: of all. */
  workingDirectory?: string | readonly string[] | undefined;
  /** Only archived threads. Default false: only those that are not. */
  archived?: boolean | undefined;
  /** Only threads in whose messages this text occurs, in whatever case. Records then have a `snippet`. */
  search?: string | undefined;
  /** Only threads whose name, or else first prompt, contains this text, in this case. */
  title?: string | undefined;
  /** Only threads of these providers. Default: of all. */
  modelProviders?: readonly string[] | undefined;
  /** Only threads that were made there. Default: everywhere but by subagents. */
  sources?: readonly ThreadSourceFilter[] | undefined;
  /** Default `last_used`. */
  sort?: ThreadSort | undefined;
  /** Default `desc`: the latest first. */
  sortDirection?: SortDirection | undefined;
  /** At most so many threads in all. Default: all. */
  limit?: number | undefined;
  /** At most so many threads in one request, up to 100. Default 100. */
  pageSize?: number | undefined;
  /**
   * Look at every file instead of Codex's index. Slower by far, and finds threads whose files were put into CODEX_HOME
   * by hand. Has no meaning with `search`, which always looks at the files. Default false.
   */
  rescan?: boolean | undefined;
}

/** One page of a list. */
export interface ThreadPage {
  threads: ThreadRecord[];
  /** For the next page; null on the last one. */
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
    return Array.isArray(value) && value.length > 0 && value.every((entry) => known(entry) === undefined)
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
