// A running turn in its process, as used by the steps of a durable handler.
import { CodexError, runTurnOnce } from "../index.js";
import type {
  ApprovalAnswer,
  ApprovalHandler,
  ApprovalRequest,
  OutputSchema,
  StreamedTurn,
  Thread,
  TurnOnceOptions,
  OnceOutcome,
} from "../index.js";

/** The result of a step: the end of the turn, or an open request. */
export type Step = { type: "ended"; outcome: OnceOutcome } | { type: "approval"; id: string; request: ApprovalRequest };

interface Waiting {
  id: string;
  request: ApprovalRequest;
  answer: (answer: ApprovalAnswer) => void;
}

export interface LiveTurnOptions {
  openThread: (onApproval: ApprovalHandler) => Thread;
  turn: TurnOnceOptions<OutputSchema | undefined>;
  /** Decides requests first; undefined leaves the decision to clients. */
  policy: ApprovalHandler | undefined;
  /** Whether undecided requests wait for an answer. */
  waitsForApprovals: boolean;
  /** How long a request waits for an answer before the turn is interrupted, in milliseconds. */
  longestWaitMs: number;
  /** A request that was approved while the turn was parked. */
  granted: ApprovalRequest | undefined;
}

const longestBusyWaitMs = 250;

export class LiveTurn {
  readonly ended: Promise<OnceOutcome>;
  readonly #options: LiveTurnOptions;
  readonly #waiting: Waiting[] = [];
  #granted: string | undefined;
  #running: Pick<StreamedTurn, "steer" | "interrupt"> | undefined;
  #hasStarted = false;
  readonly #early: string[] = [];
  #isInterrupted = false;
  #isAbandoned = false;
  #onWaiting: (() => void) | undefined;
  #count = 0;

  constructor(options: LiveTurnOptions) {
    this.#options = options;
    this.#granted = options.granted && signature(options.granted);
    this.ended = this.#run();
    this.ended.catch(() => undefined);
  }

  /** Resolves when the turn has ended or is waiting for an answer. Rejects if its outcome is unknown. */
  async next(): Promise<Step> {
    const waiting = new Promise<void>((resolve) => {
      this.#onWaiting = resolve;
      if (this.#waiting.length > 0) resolve();
    });
    const outcome = await Promise.race([this.ended, waiting]);
    if (outcome) return { type: "ended", outcome };
    const [{ id, request } = { id: "", request: undefined }] = this.#waiting;
    return request ? { type: "approval", id, request } : { type: "ended", outcome: await this.ended };
  }

  /** Input that arrives before the turn runs is added when it starts. */
  async steer(input: string): Promise<boolean> {
    if (this.#hasStarted) return (await this.#running?.steer(input).catch(() => false)) ?? false;
    this.#early.push(input);
    return true;
  }

  /** @returns false if the turn is not waiting for this answer. */
  answer(id: string, answer: ApprovalAnswer): boolean {
    const index = this.#waiting.findIndex((waiting) => waiting.id === id);
    const [waiting] = index === -1 ? [] : this.#waiting.splice(index, 1);
    waiting?.answer(answer);
    return waiting !== undefined;
  }

  /** Ends the turn and its commands, immediately or once it has started. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#running?.interrupt().catch(() => undefined);
  }

  /** Cancels the turn if it has not started. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  async #run(): Promise<OnceOutcome> {
    const thread = this.#options.openThread((request, context) => this.#decide(request, context));
    try {
      for (;;) {
        try {
          return await this.#attempt(thread);
        } catch (error) {
          if (!isBusy(error) || this.#isAbandoned) throw error;
          // Another process has claimed the thread, or was lost before its lease expired. Waiting here is as good as a
          // failed step.
          const waitMs = Math.min(error.retryAfterMs ?? longestBusyWaitMs, longestBusyWaitMs);
          await new Promise((resolve) => setTimeout(resolve, waitMs));
        }
      }
    } finally {
      await thread.release();
    }
  }

  async #attempt(thread: Thread): Promise<OnceOutcome> {
    return runTurnOnce(thread, {
      ...this.#options.turn,
      onTurn: (turn) => {
        this.#running = turn;
        if (this.#isInterrupted) this.interrupt();
      },
      onEvent: ({ type }) => {
        if (type === "turn.started") void this.#start();
      },
    });
  }

  async #start(): Promise<void> {
    this.#hasStarted = true;
    for (const input of this.#early.splice(0)) await this.steer(input);
  }

  async #decide(...[request, context]: Parameters<ApprovalHandler>): Promise<ApprovalAnswer> {
    const opinion = await this.#options.policy?.(request, context);
    if (opinion !== undefined) return opinion;
    if (!this.#options.waitsForApprovals) return "decline";
    if (this.#granted === signature(request)) {
      this.#granted = undefined;
      return "approve";
    }
    return new Promise((resolve) => {
      this.#count += 1;
      const id = `approval-${this.#count}`;
      const timer = setTimeout(() => this.interrupt(), this.#options.longestWaitMs);
      const answer = (given: ApprovalAnswer) => {
        clearTimeout(timer);
        resolve(given);
      };
      this.#waiting.push({ id, request, answer });
      context.signal.addEventListener("abort", () => this.answer(id, "decline"), { once: true });
      this.#onWaiting?.();
    });
  }
}

/** Identifies a request by the action, without the agent's reason. */
function signature(request: ApprovalRequest): string {
  const { reason: _, answers: __, ...wanted } = request;
  return JSON.stringify(wanted);
}

function isBusy(error: unknown): error is CodexError {
  return CodexError.isInstance(error) && error.code === "thread_busy";
}

/** Whether the call can succeed later. */
export function isRetryable(error: unknown): error is CodexError {
  return CodexError.isInstance(error) && (error.isRetryable || error.code === "closed" || error.code === "lease_lost");
}
