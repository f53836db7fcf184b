// The common parts of all routes: authorisation and error responses.
import { TurnHub } from "../live/turn-hub.js";
import type { LiveTurn } from "../live/live-turn.js";
import { errorText } from "../parts/error-text.js";
import { errorResponse, HttpError, toHttpError } from "./http-error.js";
import type { CodexAction, CodexRoutesOptions, RouteContext } from "./options.js";

export class RouteScope {
  readonly options: CodexRoutesOptions;
  readonly hub: TurnHub;
  readonly maxBodyBytes: number;

  constructor(options: CodexRoutesOptions) {
    this.options = options;
    this.hub = options.hub ?? new TurnHub(options.hubOptions);
    this.maxBodyBytes = options.maxBodyBytes ?? 4_194_304;
  }

  /** Runs a route, and converts an exception to an error response. */
  async respond(context: RouteContext, method: "GET" | "POST", route: () => Promise<Response>): Promise<Response> {
    try {
      this.#checkMethod(context.request, method);
      this.#checkOrigin(context.request);
      return await route();
    } catch (error) {
      const answer = toHttpError(error, this.options.errorText ?? errorText);
      if (answer !== error) await this.report(error, context);
      return errorResponse(answer);
    }
  }

  /** @throws HttpError with status 403 */
  async authorize(request: Request, action: CodexAction, threadId: string | null): Promise<RouteContext> {
    const context = { request, action, threadId };
    if (await this.isAllowed(context)) return context;
    throw new HttpError(403, "forbidden", "This is not allowed.");
  }

  async isAllowed(context: RouteContext): Promise<boolean> {
    try {
      const answer: unknown = await this.options.authorize(context);
      return answer === true;
    } catch (error) {
      await this.report(error, context);
      return false;
    }
  }

  /** @throws HttpError if no turn of the thread is running. */
  running(threadId: string): LiveTurn {
    const live = this.hub.ofThread(threadId);
    if (live?.isRunning) return live;
    throw new HttpError(409, "turn_not_running", "No turn is running in this thread.");
  }

  /** Browsers send the origin of a request, and pages cannot change it. */
  #checkOrigin({ headers }: Request): void {
    if (headers.get("sec-fetch-site") !== "cross-site") return;
    const origin = headers.get("origin");
    if (origin !== null && this.options.allowedOrigins?.includes(origin)) return;
    throw new HttpError(403, "cross_site", "Pages of other sites may not call this route.");
  }

  #checkMethod(request: Request, method: "GET" | "POST"): void {
    if (request.method === method) return;
    throw new HttpError(405, "method_not_allowed", `Use ${method}.`, { allow: method });
  }

  /** Never rejects. */
  async report(error: unknown, context: RouteContext): Promise<void> {
    try {
      await this.options.onError?.(error, context);
    } catch {
      // A failing report must not change the response.
    }
  }
}

/** @throws HttpError if the text cannot be a thread ID. */
export function checkThreadId(id: unknown): string {
  if (isThreadId(id)) return id;
  throw new HttpError(400, "invalid_thread_id", "The thread ID is malformed.");
}

export function isThreadId(id: unknown): id is string {
  return typeof id === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}
