// Requests for approval that wait for a person in front of the page.
import { randomUUID } from "node:crypto";
import type {
  ApprovalAnswer,
  ApprovalContext,
  ApprovalDecision,
  ApprovalHandler,
  ApprovalRequest,
} from "../../index.js";
import { HttpError } from "../../ui/routes/http-error.js";
import type { OpenRequest, RequestEnd } from "../api.js";
import { shorten } from "../threads/shorten.js";
import type { Feed } from "./feed.js";

interface Open {
  view: OpenRequest;
  settle: (end: RequestEnd, answer: ApprovalAnswer, decision: ApprovalDecision | null) => void;
}

/** How many answered requests are remembered, so that a second answer gets a clear error. */
const mostAnswered = 1_000;

export class OpenRequests {
  readonly #feed: Feed;
  readonly #timeoutMs: number;
  readonly #open = new Map<string, Open>();
  readonly #answered = new Set<string>();

  constructor(feed: Feed, timeoutMs: number) {
    this.#feed = feed;
    this.#timeoutMs = timeoutMs;
  }

  get all(): OpenRequest[] {
    return [...this.#open.values()].map(({ view }) => view);
  }

  readonly onApproval: ApprovalHandler = (request, context) => this.#put(request, context);

  /** @throws HttpError */
  answer(id: string, decision: string, reason: string | undefined): void {
    const open = this.#open.get(id);
    if (!open) {
      if (this.#answered.has(id)) {
        throw new HttpError(409, "already_answered", "This request was answered before, or is no longer needed.");
      }
      throw new HttpError(404, "request_not_found", "There is no such request.");
    }
    const { answers } = open.view;
    const known = answers.find((each) => each === decision);
    if (known === undefined) {
      throw new HttpError(400, "decision_not_possible", `The answer must be one of ${answers.join(", ")}.`);
    }
    open.settle("answered", known === "decline" ? { decision: known, reason } : known, known);
  }

  /** Declines everything that is open. */
  close(): void {
    for (const open of this.#open.values()) open.settle("withdrawn", undefined, null);
  }

  #put(request: ApprovalRequest, { threadId, isSubagent, signal }: ApprovalContext): Promise<ApprovalAnswer> {
    const id = randomUUID();
    return new Promise((resolve) => {
      const settle: Open["settle"] = (end, answer, decision) => {
        if (!this.#open.delete(id)) return;
        clearTimeout(timer);
        this.#remember(id);
        this.#feed.push({ type: "request.ended", id, end, decision });
        resolve(answer);
      };
      const timer = setTimeout(() => settle("expired", undefined, null), this.#timeoutMs).unref();
      const view = { id, threadId, isSubagent, ...shown(request) };
      this.#open.set(id, { view, settle });
      this.#feed.push({ type: "request", request: view });
      const withdraw = () => settle("withdrawn", undefined, null);
      if (signal.aborted) withdraw();
      else signal.addEventListener("abort", withdraw, { once: true });
    });
  }

  #remember(id: string): void {
    this.#answered.add(id);
    const [oldest] = this.#answered;
    if (this.#answered.size > mostAnswered && oldest !== undefined) this.#answered.delete(oldest);
  }
}

/** The largest request that a page shows in full, in characters of JSON. */
const largestShown = 1_000_000;

/** Nobody can allow what they cannot see. */
function shown(request: ApprovalRequest): Pick<OpenRequest, "request" | "answers" | "isCut"> {
  if (JSON.stringify(request).length <= largestShown) return { request, answers: request.answers, isCut: false };
  const answers = request.answers.filter((answer) => answer === "decline" || answer === "abort");
  return { request: shorten(request).value, answers, isCut: true };
}
