// The read-only routes: "resume", "history" and "list".
import { HttpError, json } from "./http-error.js";
import type { RouteScope } from "./route-scope.js";
import { toUIMessages, userMessage } from "../ui-messages/history.js";
import type { LiveTurn } from "../live/live-turn.js";
import type { ThreadRecord } from "../../index.js";
import { viewResponse } from "./view.js";

/** For `useChat`, status 204 means that no turn is running. */
export async function resume(scope: RouteScope, request: Request, threadId: string): Promise<Response> {
  await scope.authorize(request, "resume", threadId);
  const { searchParams } = new URL(request.url);
  const cursor = request.headers.get("last-event-id") ?? searchParams.get("cursor") ?? undefined;
  const turnId = searchParams.get("turn") ?? undefined;
  const live = turnId === undefined ? scope.hub.ofThread(threadId) : scope.hub.get(turnId);
  // Only this thread was authorised, so a turn of another thread is treated as not found.
  const isOfThread = live?.threadId === threadId;
  if (live && isOfThread && (live.isRunning || turnId !== undefined || cursor !== undefined)) {
    return viewResponse(scope, request, live, { cursor });
  }
  if (turnId === undefined && cursor === undefined) return new Response(null, { status: 204 });
  throw new HttpError(
    410,
    "turn_ended",
    "This turn has ended and can no longer be followed. Read the thread's history.",
  );
}

/** The messages of a thread, and its running turn, which can be followed with "resume". */
export async function history(scope: RouteScope, request: Request, threadId: string): Promise<Response> {
  await scope.authorize(request, "history", threadId);
  const live = scope.hub.ofThread(threadId);
  const running = live?.isRunning ? live : undefined;
  const { turns, name, archived } = await scope.options.codex.readThread(threadId);
  // "resume" streams the running turn from its beginning.
  const last = turns.at(-1);
  const current = running && last?.status === "in_progress" ? last : undefined;
  const messages = toUIMessages(current ? turns.slice(0, -1) : turns, {
    threadId,
    reasoning: scope.options.reasoning,
    messageId: (turn) => shownAs(live, turn.id),
  });
  if (current) messages.push(...userMessage(current));
  return json({ threadId, name, archived, messages, running: running ? { turnId: running.id } : null });
}

/** A turn has the same message ID as in its stream. */
function shownAs(live: LiveTurn | undefined, turnId: string): string {
  return live?.metadata.turnId === turnId ? live.id : turnId;
}

const largestPage = 50;

export async function list(scope: RouteScope, request: Request): Promise<Response> {
  await scope.authorize(request, "list", null);
  const { searchParams } = new URL(request.url);
  const search = searchParams.get("search") ?? undefined;
  const pageSize = pageSizeOf(searchParams.get("limit"));
  const options = { pageSize, archived: searchParams.get("archived") === "true", ...(search && { search }) };
  const page = await scope.options.codex.listThreads(options).page(searchParams.get("cursor"));
  const allowed = await Promise.all(
    page.threads.map(({ id }) => scope.isAllowed({ request, action: "list", threadId: id })),
  );
  const threads = page.threads.filter((_, index) => allowed[index]).map((thread) => summary(scope, thread));
  return json({ threads, nextCursor: page.nextCursor });
}

function pageSizeOf(limit: string | null): number {
  if (limit === null) return 20;
  const size = Number(limit);
  if (Number.isInteger(size) && size >= 1 && size <= largestPage) return size;
  throw new HttpError(400, "invalid_limit", `\`limit\` must be a whole number from 1 to ${largestPage}.`);
}

/** Omits paths, remotes and settings of the server. */
function summary({ hub }: RouteScope, thread: ThreadRecord) {
  const { id, name, preview, snippet, createdAt, updatedAt, archived } = thread;
  const isRunning = hub.ofThread(id)?.isRunning ?? false;
  return { id, name, preview, ...(snippet !== undefined && { snippet }), createdAt, updatedAt, archived, isRunning };
}
