// The open requests of a running turn: approvals, questions of the agent, and elicitations of MCP servers.
import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { startTimer } from "../../internal/timer.js";
import type {
  ApprovalAnswer,
  ApprovalContext,
  ApprovalDecision,
  ApprovalRequest,
  ElicitationAnswer,
  RequestContext,
  ThreadOptions,
  UserInputAnswer,
} from "../../index.js";
import type { TurnReducer } from "../parts/turn-reducer.js";
import type { ApprovalPart, QuestionPart, RequestStatus } from "../parts/turn-part.js";

/** Whether an answer was accepted, or why not. */
export type AnswerResult = "accepted" | "unknown" | "already_answered" | "not_possible";

/** The user's answer to an approval request. */
export interface ApprovalReply {
  decision: ApprovalDecision;
  /** With "decline", the agent receives this reason. */
  reason?: string | undefined;
}

interface Open {
  part: ApprovalPart | QuestionPart;
  settle(status: RequestStatus, answer: unknown): void;
}

type Handlers = Required<Pick<ThreadOptions, "onApproval" | "onUserInput" | "onElicitation">>;

export class OpenRequests {
  readonly #reducer: TurnReducer;
  readonly #timeoutMs: number;
  readonly #open = new Map<string, Open>();

  constructor(reducer: TurnReducer, timeoutMs: number) {
    this.#reducer = reducer;
    this.#timeoutMs = timeoutMs;
  }

  /** Handlers for the options of the turn's thread. */
  readonly handlers: Handlers = {
    onApproval: (request, context) => this.#approval(request, context),
    onUserInput: ({ questions }, { signal }) => {
      const question = { type: "user_input" as const, questions };
      return this.#put<UserInputAnswer>(
        { kind: "question", id: randomUUID(), question, status: "pending", isDone: false },
        signal,
      );
    },
    onElicitation: (request, { signal }) => {
      const question = { type: "elicitation" as const, ...request };
      return this.#put<ElicitationAnswer>(
        { kind: "question", id: randomUUID(), question, status: "pending", isDone: false },
        signal,
      );
    },
  };

  get approvals(): ApprovalPart[] {
    return [...this.#open.values()].flatMap(({ part }) => (part.kind === "approval" ? [part] : []));
  }

  approve(id: string, { decision, reason }: ApprovalReply): AnswerResult {
    const open = this.#open.get(id);
    if (open?.part.kind !== "approval") return this.#missing(id, "approval");
    if (!open.part.request.answers.includes(decision)) return "not_possible";
    const isApproved = decision !== "decline" && decision !== "abort";
    const answer: ApprovalAnswer = decision === "decline" ? { decision, reason } : decision;
    open.part.decision = decision;
    open.settle(isApproved ? "approved" : "declined", answer);
    return "accepted";
  }

  /** @param answer The return value of `onUserInput` or `onElicitation`; undefined declines. */
  answer(id: string, answer: unknown): AnswerResult {
    const open = this.#open.get(id);
    if (open?.part.kind !== "question") return this.#missing(id, "question");
    open.settle(answer === undefined ? "declined" : "answered", answer);
    return "accepted";
  }

  /** Withdraws all open requests. */
  end(): void {
    for (const open of this.#open.values()) open.settle("withdrawn", undefined);
  }

  #missing(id: string, kind: "approval" | "question"): AnswerResult {
    return this.#reducer.parts.get(id)?.kind === kind ? "already_answered" : "unknown";
  }

  async #approval(request: ApprovalRequest, context: ApprovalContext): Promise<ApprovalAnswer> {
    const { itemId, item, isSubagent, signal } = context;
    // Earlier events are still in the turn's queue: they are processed before the request.
    await setImmediate();
    if (item !== null && !isSubagent) this.#reducer.onEvent({ type: "item.started", item });
    const id = randomUUID();
    const hasTool = itemId !== null && this.#reducer.parts.get(itemId)?.kind === "tool";
    const toolCallId = hasTool ? itemId : `approval-${id}`;
    return this.#put({ kind: "approval", id, toolCallId, hasTool, request, status: "pending", isDone: false }, signal);
  }

  #put<Answer>(part: ApprovalPart | QuestionPart, signal: RequestContext["signal"]): Promise<Answer | undefined> {
    if (signal.aborted || this.#reducer.outcome) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const settle = (status: RequestStatus, answer: unknown) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", withdraw);
        this.#open.delete(part.id);
        if (!this.#reducer.outcome) this.#reducer.put({ ...part, status, isDone: true });
        // The core validates every answer.
        resolve(answer as Answer | undefined);
      };
      const withdraw = () => settle("withdrawn", undefined);
      const timer = startTimer(this.#timeoutMs, () => settle("expired", undefined));
      timer?.unref();
      signal.addEventListener("abort", withdraw, { once: true });
      this.#open.set(part.id, { part, settle });
      this.#reducer.put(part);
    });
  }
}
