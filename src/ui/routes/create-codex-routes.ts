// Web handlers for chats with Codex, for Next.js, Hono, Bun and Deno, and for node:http with `toNodeListener`.
import { answer, approve } from "./approve.js";
import { errorResponse, HttpError, json, toHttpError } from "./http-error.js";
import { checkRoutesOptions } from "./options.js";
import type { CodexAction, CodexRoutesOptions } from "./options.js";
import { history, list, resume } from "./read.js";
import { checkContentType, readBody } from "./request-body.js";
import { checkThreadId, RouteScope } from "./route-scope.js";
import { send } from "./send.js";
import { toInput } from "./user-input.js";
import type { TurnHub } from "../live/turn-hub.js";

/** A handler for one thread. */
export type ThreadRoute = (request: Request, parameters: { threadId: string }) => Promise<Response>;

/** Handlers never reject. Errors are JSON responses of the form `{ error: { code, message } }`. */
export interface CodexRoutes {
  /** All routes below `basePath`. */
  handle(request: Request): Promise<Response>;
  /**
   * POST `/chat`: a message starts a turn, in a new thread or in the thread `threadId`. Responds with the turn's
   * stream.
   */
  send(request: Request): Promise<Response>;
  /** GET `/chat`: the threads that the user is authorised to see. */
  list(request: Request): Promise<Response>;
  /** GET `/chat/:threadId`: the messages so far. */
  history: ThreadRoute;
  /** GET `/chat/:threadId/stream`: the running turn, from its beginning or from `Last-Event-ID`. */
  resume: ThreadRoute;
  /** POST `/chat/:threadId/stop`: interrupts the running turn. */
  stop: ThreadRoute;
  /** POST `/chat/:threadId/steer`: adds `text`, or the parts of a `message`, to the running turn. */
  steer: ThreadRoute;
  /** POST `/chat/:threadId/approve`: answers an approval with `approvalId`, `decision` and an optional `reason`. */
  approve: ThreadRoute;
  /** POST `/chat/:threadId/answer`: answers a question with `questionId` and `answers`, or `action` and `content`. */
  answer: ThreadRoute;
  /** The running turns. */
  readonly hub: TurnHub;
}

/**
 * Creates the handlers. Turns run to their end even if the browser disconnects.
 * @throws InvalidInputError without `authorize` or `codex`, and for invalid options.
 */
export function createCodexRoutes(options: CodexRoutesOptions): CodexRoutes {
  checkRoutesOptions(options);
  const scope = new RouteScope(options);
  const basePath = (options.basePath ?? "/api/codex").replace(/\/+$/, "");

  const ofThread =
    (action: CodexAction, method: "GET" | "POST", route: typeof resume): ThreadRoute =>
    (request, { threadId }) =>
      scope.respond({ request, action, threadId }, method, async () => route(scope, request, checkThreadId(threadId)));

  const routes: CodexRoutes = {
    hub: scope.hub,
    send: (request) => scope.respond({ request, action: "send", threadId: null }, "POST", () => send(scope, request)),
    list: (request) => scope.respond({ request, action: "list", threadId: null }, "GET", () => list(scope, request)),
    history: ofThread("history", "GET", history),
    resume: ofThread("resume", "GET", resume),
    stop: ofThread("stop", "POST", stop),
    steer: ofThread("steer", "POST", steer),
    approve: ofThread("approve", "POST", approve),
    answer: ofThread("answer", "POST", answer),
    handle: (request) => dispatch(routes, request, basePath),
  };
  return routes;
}

async function stop(scope: RouteScope, request: Request, threadId: string): Promise<Response> {
  checkContentType(request);
  await scope.authorize(request, "stop", threadId);
  await scope.running(threadId).stop();
  return json({ stopped: true });
}

async function steer(scope: RouteScope, request: Request, threadId: string): Promise<Response> {
  await scope.authorize(request, "steer", threadId);
  const { text, message } = await readBody(request, scope.maxBodyBytes);
  const input = toInput(message ?? { content: text });
  const isTaken = await scope.running(threadId).steer(input);
  if (isTaken) return json({ accepted: true });
  throw new HttpError(
    409,
    "turn_not_running",
    "The turn ended before it could take the message. Send it as a new one.",
  );
}

const threadRoutes = {
  GET: { "": "history", stream: "resume" },
  POST: { stop: "stop", steer: "steer", approve: "approve", answer: "answer" },
} as const;

async function dispatch(routes: CodexRoutes, request: Request, basePath: string): Promise<Response> {
  const { pathname } = new URL(request.url);
  const [, threadId, name = ""] = /^\/chat(?:\/([^/]+)(?:\/([^/]+))?)?\/?$/.exec(below(pathname, basePath)) ?? [];
  if (below(pathname, basePath).replace(/\/$/, "") === "/chat") {
    return request.method === "GET" ? routes.list(request) : routes.send(request);
  }
  const byGet = Object.entries(threadRoutes.GET).find(([key]) => key === name)?.[1];
  const byPost = Object.entries(threadRoutes.POST).find(([key]) => key === name)?.[1];
  const route = byGet ?? byPost;
  if (threadId !== undefined && route) return routes[route](request, { threadId });
  return errorResponse(toHttpError(new HttpError(404, "not_found", "There is no such route.")));
}

function below(pathname: string, basePath: string): string {
  return pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : "";
}
