// The API routes of the page. They require a session.
import type { Codex, ListThreadsOptions, Prices, ThreadItem } from "../index.js";
import type { JsonObject } from "../internal/json.js";
import { HttpError } from "../ui/routes/http-error.js";
import { checkThreadId } from "../ui/routes/route-scope.js";
import type { Actions } from "./actions/actions.js";
import { turnToScript } from "./actions/to-script.js";
import type { LimitsView, RowsView, StateView, TextView, ThreadListView, ThreadView } from "./api.js";
import type { Feed } from "./live/feed.js";
import type { LimitLog } from "./live/limit-log.js";
import type { LiveTurns } from "./live/live-turns.js";
import type { OpenRequests } from "./live/open-requests.js";
import type { ProtocolLog } from "./live/protocol-log.js";
import type { Viewers } from "./live/viewers.js";
import type { RouteCall } from "./server/inspect-server.js";
import { shorten } from "./threads/shorten.js";
import { readSubagents } from "./threads/subagents.js";
import { toSummary } from "./threads/summary.js";
import type { ThreadCache } from "./threads/thread-cache.js";
import { textView } from "./threads/thread-rows.js";
import { readWorkingTree } from "./working-tree/working-tree.js";

export interface RoutesContext {
  codex: Codex;
  cache: ThreadCache;
  feed: Feed;
  viewers: Viewers;
  turns: LiveTurns;
  requests: OpenRequests;
  /** Undefined for a read-only page. */
  actions: Actions | undefined;
  protocol: ProtocolLog;
  limits: LimitLog;
  prices: Prices | undefined;
}

const pageSize = 50;
const mostRows = 200;
const mostCharacters = 131_072;

export class InspectRoutes {
  readonly #context: RoutesContext;

  constructor(context: RoutesContext) {
    this.#context = context;
  }

  async serve({ path, query, body, request, response }: RouteCall): Promise<unknown> {
    const parts = path.split("/").slice(1);
    if (body) return this.#write(parts, body);
    const [kind, id, name, ...more] = parts;
    if (more.length > 0) throw notFound();
    if (kind === "events" && id === undefined) {
      const cursor = request.headers["last-event-id"] ?? query.get("cursor") ?? undefined;
      this.#context.viewers.open(response, Array.isArray(cursor) ? cursor[0] : cursor);
      return undefined;
    }
    if (kind === "state" && id === undefined) return this.#state();
    if (kind === "limits" && id === undefined) return this.#limits();
    if (kind === "protocol" && id === undefined) {
      const threadId = query.get("thread") ?? "";
      const after = wholeNumber(query, "after", 0);
      return this.#context.protocol.read(after, threadId === "" ? undefined : checkThreadId(threadId));
    }
    if (kind !== "threads") throw notFound();
    if (id === undefined) return this.#list(query);
    return this.#read(checkThreadId(decoded(id)), name, query);
  }

  #state(): StateView {
    const { actions, feed, requests, limits, prices } = this.#context;
    return {
      hasControl: actions !== undefined,
      cursor: feed.cursor,
      requests: requests.all,
      rateLimits: limits.latest,
      hasPrices: prices !== undefined,
    };
  }

  #limits(): LimitsView {
    const { latest, samples } = this.#context.limits;
    return { latest, samples };
  }

  async #list(query: URLSearchParams): Promise<ThreadListView> {
    const { codex, turns } = this.#context;
    const search = query.get("search") ?? "";
    const workingDirectory = query.get("directory") ?? "";
    const options: ListThreadsOptions = {
      pageSize,
      archived: query.get("archived") === "1",
      ...(search !== "" && { search: search.slice(0, 1_000) }),
      ...(workingDirectory !== "" && { workingDirectory }),
      ...(query.get("subagents") === "1" && { sources: ["subagent"] }),
    };
    const cursor = query.get("cursor") ?? "";
    const page = await codex.listThreads(options).page(cursor === "" ? null : cursor);
    const threads = page.threads.map((thread) => toSummary(thread, turns.ofThread(thread.id) !== undefined));
    return { threads, nextCursor: page.nextCursor };
  }

  async #read(threadId: string, name: string | undefined, query: URLSearchParams): Promise<unknown> {
    const { cache } = this.#context;
    switch (name) {
      case undefined:
        return this.#thread(threadId);
      case "rows":
        return this.#rows(threadId, wholeNumber(query, "from", 0), wholeNumber(query, "count", mostRows));
      case "text":
        return this.#text(threadId, query);
      case "raw": {
        const item = await this.#item(threadId, required(query, "turn"), required(query, "item"));
        return JSON.stringify(item).length <= 1_000_000 ? item : shorten(item).value;
      }
      case "changes": {
        const turnId = query.get("turn");
        return { items: (await cache.read(threadId)).changes(turnId) };
      }
      case "working-tree":
        return readWorkingTree((await cache.read(threadId)).thread.cwd);
      case "script": {
        const rows = await cache.read(threadId);
        return { text: turnToScript(rows.turn(required(query, "turn")), rows.thread.cwd) };
      }
      default:
        throw notFound();
    }
  }

  async #thread(threadId: string): Promise<ThreadView> {
    const { codex, cache, feed, turns, prices } = this.#context;
    const rows = await cache.read(threadId);
    const subagents = await readSubagents(codex, threadId);
    // There is no `await` from here on, because the live turn and the cursor must be consistent.
    const live = turns.ofThread(threadId)?.view ?? null;
    const rowCount = rows.count(live !== null);
    return {
      thread: toSummary(rows.thread, live !== null),
      turns: rows.turns(rowCount, prices),
      rowCount,
      live,
      subagents,
      cursor: feed.cursor,
    };
  }

  async #rows(threadId: string, from: number, count: number): Promise<RowsView> {
    const rows = await this.#context.cache.read(threadId);
    return { from, rows: rows.rows(from, Math.min(count, mostRows)) };
  }

  async #text(threadId: string, query: URLSearchParams): Promise<TextView> {
    const { cache } = this.#context;
    const [turnId, itemId, path] = [required(query, "turn"), query.get("item") ?? "", required(query, "path")];
    const [from, count] = [wholeNumber(query, "from", 0), wholeNumber(query, "count", mostCharacters)];
    const value =
      itemId === "" ? (await cache.read(threadId)).turn(turnId).input : await this.#item(threadId, turnId, itemId);
    return textView(value, path, from, Math.min(count, mostCharacters));
  }

  /** An item of the running turn, identified by its key, or of a recorded turn. */
  async #item(threadId: string, turnId: string, itemId: string): Promise<ThreadItem> {
    const { cache, turns } = this.#context;
    const live = turns.ofThread(threadId);
    const item = live?.key === turnId ? live.items.get(itemId) : undefined;
    return item ?? (await cache.read(threadId)).item(turnId, itemId);
  }

  async #write([kind, id = "", action, ...more]: string[], body: JsonObject): Promise<object> {
    const { actions } = this.#context;
    if (!actions) {
      throw new HttpError(403, "read_only", "This inspector is read-only. Start it with `--control` to allow actions.");
    }
    if (kind === "requests" && action === undefined) return actions.answer(decoded(id), body);
    if (kind !== "threads" || action === undefined || more.length > 0) throw notFound();
    const result = actions.ofThread(checkThreadId(decoded(id)), action, body);
    if (!result) throw notFound();
    return result;
  }
}

function notFound(): HttpError {
  return new HttpError(404, "not_found", "The route does not exist.");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw notFound();
  }
}

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value !== null && value !== "") return value;
  throw new HttpError(400, "invalid_query", `The query parameter \`${name}\` is missing.`);
}

function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const value = query.get(name);
  if (value === null) return otherwise;
  if (/^\d{1,12}$/.test(value)) return Number(value);
  throw new HttpError(400, "invalid_query", `\`${name}\` must be a whole number.`);
}
