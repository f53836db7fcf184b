// The route "send": a user's message starts a turn, or continues one that waits for an approval.
import { isJsonObject } from "../../internal/json.js";
import type { JsonObject } from "../../internal/json.js";
import type { LiveTurn } from "../live/live-turn.js";
import { reportFailure } from "../live/report-failure.js";
import { approvalResponses, giveApproval } from "./approve.js";
import { toHttpError, HttpError } from "./http-error.js";
import type { ClientTurnOptions, RouteContext, RouteThreadOptions } from "./options.js";
import { readBody } from "./request-body.js";
import { checkThreadId, isThreadId } from "./route-scope.js";
import type { RouteScope } from "./route-scope.js";
import { toInput } from "./user-input.js";
import { viewResponse } from "./view.js";

export async function send(scope: RouteScope, request: Request): Promise<Response> {
  const body = await readBody(request, scope.maxBodyBytes);
  const message = lastMessage(body);
  const threadId = threadIdOf(body);
  const role = isJsonObject(message) ? message["role"] : undefined;
  if (role === "assistant") return continueTurn(scope, request, message, threadId);
  if (role !== "user") throw new HttpError(400, "invalid_message", "The last message must be the user's.");
  if (body["trigger"] === "regenerate-message") {
    throw new HttpError(
      400,
      "unsupported_trigger",
      "A turn cannot be repeated, because its commands may have had effects. Send a new message.",
    );
  }
  const context = await scope.authorize(request, "send", threadId);
  const input = toInput(message);
  const live = await start(scope, context, input, await turnOptions(scope, body, context));
  return viewResponse(scope, request, live);
}

function lastMessage(body: JsonObject): unknown {
  const { messages, message } = body;
  if (Array.isArray(messages)) return messages.at(-1);
  if (message !== undefined) return message;
  throw new HttpError(400, "invalid_body", "The body must have `messages`, an array, or one `message`.");
}

/** `useChat` sends the ID of its chat as `id`. It is a thread ID if the page was opened with one. */
function threadIdOf(body: JsonObject): string | null {
  const { threadId, id } = body;
  if (threadId !== undefined && threadId !== null) return checkThreadId(threadId);
  return isThreadId(id) ? id : null;
}

async function turnOptions(
  scope: RouteScope,
  { options }: JsonObject,
  context: RouteContext,
): Promise<ClientTurnOptions> {
  if (options === undefined || options === null) return {};
  const { acceptOptions } = scope.options;
  if (!acceptOptions) throw new HttpError(400, "options_not_allowed", "This server does not accept `options`.");
  const { model, modelReasoningEffort } = await acceptOptions(options, context);
  return { model, modelReasoningEffort };
}

async function start(
  scope: RouteScope,
  context: RouteContext,
  input: ReturnType<typeof toInput>,
  options: ClientTurnOptions,
): Promise<LiveTurn> {
  const { hub } = scope;
  const { codex, maxRunningTurns = 100 } = scope.options;
  const { threadId } = context;
  const given = await threadOptions(scope, context);
  // There is no `await` between this check and `open`, so that two requests cannot both pass it.
  if (threadId !== null && hub.ofThread(threadId)?.isRunning) {
    throw new HttpError(
      409,
      "turn_running",
      "A turn is running in this thread. Steer it, stop it, or wait until it has ended.",
    );
  }
  if (hub.runningCount >= maxRunningTurns) {
    throw new HttpError(503, "too_many_turns", "Too many turns are running. Try again later.", { "retry-after": "10" });
  }
  const live = hub.open(threadId === null ? {} : { threadId });
  try {
    const all = { ...given, ...live.handlers };
    const thread = threadId === null ? codex.startThread(all) : codex.resumeThread(threadId, all);
    live.follow(await thread.runStreamed(input, options));
  } catch (error) {
    live.fail(error);
    throw error;
  }
  await live.started();
  if (live.threadId === undefined) await throwFailure(live);
  else {
    void reportFailure(live.ended(), (error) => scope.report(error, context));
    if (threadId === null) await recordNewThread(scope, context, live, live.threadId);
  }
  return live;
}

async function threadOptions({ options }: RouteScope, context: RouteContext): Promise<RouteThreadOptions> {
  const { threadOptions = {} } = options;
  return typeof threadOptions === "function" ? threadOptions(context) : threadOptions;
}

/** A turn that did not start leads to an error status instead of a stream with an error. */
async function throwFailure(live: LiveTurn): Promise<void> {
  const outcome = await live.ended();
  if (outcome.status !== "completed") throw outcome.error;
}

/** If the owner of the thread cannot be recorded, no user could be authorised to see it, so the turn is interrupted. */
async function recordNewThread(
  scope: RouteScope,
  { request }: RouteContext,
  live: LiveTurn,
  threadId: string,
): Promise<void> {
  try {
    await scope.options.onThreadStarted?.({ threadId, request });
  } catch (error) {
    await live.stop();
    throw error;
  }
}

async function continueTurn(
  scope: RouteScope,
  request: Request,
  message: unknown,
  threadId: string | null,
): Promise<Response> {
  if (threadId === null)
    throw new HttpError(400, "thread_id_missing", "Send the `threadId` of the message's metadata.");
  await scope.authorize(request, "approve", threadId);
  const responses = approvalResponses(message);
  if (responses.length === 0) {
    throw new HttpError(400, "invalid_message", "The last message must be the user's, or have answers to approvals.");
  }
  const live = scope.running(threadId);
  const errors = responses.flatMap((response) => {
    try {
      giveApproval(scope, live, response);
      return [];
    } catch (error) {
      return [toHttpError(error)];
    }
  });
  // Some of several approvals in one message may have been answered already.
  if (errors.length === responses.length && errors[0]) throw errors[0];
  const metadata = isJsonObject(message) && isJsonObject(message["metadata"]) ? message["metadata"] : {};
  const cursor = typeof metadata["cursor"] === "string" ? metadata["cursor"] : undefined;
  return viewResponse(scope, request, live, { cursor, isContinued: cursor !== undefined });
}
