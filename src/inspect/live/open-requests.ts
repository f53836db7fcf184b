// Approval requests and questions that are waiting for an answer on the page.
import { randomUUID } from "node:crypto";
import type {
  ApprovalAnswer,
  ApprovalRequest,
  ElicitationAnswer,
  RequestContext,
  ThreadOptions,
  UserInputAnswer,
} from "../../index.js";
import type { JsonObject } from "../../internal/json.js";
import { startTimer } from "../../internal/timer.js";
import { HttpError } from "../../ui/routes/http-error.js";
import type { OpenRequest, RequestBody, RequestEnd } from "../api.js";
import { shorten } from "../threads/shorten.js";
import type { Feed } from "./feed.js";
import { toReply } from "./reply.js";

export type RequestHandlers = Required<Pick<ThreadOptions, "onApproval" | "onUserInput" | "onElicitation">>;

interface Open {
  view: OpenRequest;
  settle: (end: RequestEnd, answer: unknown, decision: string | null) => void;
}

/** The number of answered requests that are stored, so that a second answer gets a clear error. */
const maxAnswered = 1_000;

export class OpenRequests {
  readonly #feed: Feed;
  readonly #timeoutMs: number;
  readonly #onSecret: (secret: string) => void;
  readonly #open = new Map<string, Open>();
  readonly #answered = new Set<string>();

  /** `onSecret` is called with answers that must be redacted. */
  constructor(feed: Feed, timeoutMs: number, onSecret: (secret: string) => void) {
    this.#feed = feed;
    this.#timeoutMs = timeoutMs;
    this.#onSecret = onSecret;
  }

  get all(): OpenRequest[] {
    return [...this.#open.values()].map(({ view }) => view);
  }

  readonly handlers: RequestHandlers = {
    onApproval: (request, context) => this.#put<ApprovalAnswer>(approvalBody(request), context),
    onUserInput: (request, context) =>
      this.#put<UserInputAnswer>(
        bodyOf(request, (each) => ({ kind: "questions", request: each })),
        context,
      ),
    onElicitation: (request, context) =>
      this.#put<ElicitationAnswer>(
        bodyOf(request, (each) => ({ kind: "elicitation", request: each })),
        context,
      ),
  };

  /** @throws HttpError */
  answer(id: string, body: JsonObject): void {
    const open = this.#open.get(id);
    if (!open) {
      if (this.#answered.has(id)) {
        throw new HttpError(409, "already_answered", "This request was already answered or withdrawn.");
      }
      throw new HttpError(404, "request_not_found", "The request does not exist.");
    }
    const { answer, decision, secrets = [] } = toReply(open.view, body);
    secrets.forEach((secret) => this.#onSecret(secret));
    open.settle("answered", answer, decision);
  }

  /** Declines all open requests. */
  close(): void {
    for (const open of this.#open.values()) open.settle("withdrawn", undefined, null);
  }

  #put<Answer>(body: RequestBody, { threadId, isSubagent, signal }: RequestContext): Promise<Answer | undefined> {
    const id = randomUUID();
    return new Promise((resolve) => {
      const settle: Open["settle"] = (end, answer, decision) => {
        if (!this.#open.delete(id)) return;
        clearTimeout(timer);
        signal.removeEventListener("abort", withdraw);
        this.#remember(id);
        this.#feed.push({ type: "request.ended", id, end, decision });
        // The core validates every answer.
        resolve(answer as Answer | undefined);
      };
      const withdraw = () => settle("withdrawn", undefined, null);
      const timer = startTimer(this.#timeoutMs, () => settle("expired", undefined, null));
      timer?.unref();
      const view = { id, threadId, isSubagent, ...body };
      this.#open.set(id, { view, settle });
      this.#feed.push({ type: "request", request: view });
      if (signal.aborted) withdraw();
      else signal.addEventListener("abort", withdraw, { once: true });
    });
  }

  #remember(id: string): void {
    this.#answered.add(id);
    const [oldest] = this.#answered;
    if (this.#answered.size > maxAnswered && oldest !== undefined) this.#answered.delete(oldest);
  }
}

/** The maximum size of a request that the page shows in full, in characters of JSON. */
const maxShownLength = 1_000_000;

/** A request that is not shown in full cannot be approved. */
function approvalBody(request: ApprovalRequest): RequestBody {
  const body = bodyOf(request, (each) => ({ kind: "approval", request: each, answers: request.answers }));
  if (!body.isCut || body.kind !== "approval") return body;
  return { ...body, answers: request.answers.filter((answer) => answer === "decline" || answer === "abort") };
}

type Unmeasured = RequestBody extends infer Body ? (Body extends RequestBody ? Omit<Body, "isCut"> : never) : never;

function bodyOf<Request>(request: Request, wrap: (request: Request) => Unmeasured): RequestBody {
  const isCut = JSON.stringify(request).length > maxShownLength;
  return { ...wrap(isCut ? shorten(request).value : request), isCut };
}
