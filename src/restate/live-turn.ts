// A turn in the process that runs it, as the steps of a durable handler see it.
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

/** What the turn came to: its end, or a request that waits for an answer. */
export type Step = { type: "ended"; outcome: OnceOutcome } | { type: "approval"; id: string; request: ApprovalRequest };

interface Waiting {
  id: string;
  request: ApprovalRequest;
  answer: (answer: ApprovalAnswer) => void;
}

export interface LiveTurnOptions {
  openThread: (onApproval: ApprovalHandler) => Thread;
  turn: TurnOnceOptions<OutputSchema | undefined>;
  /** Decides before anybody is asked; undefined for no opinion. */
  policy: ApprovalHandler | undefined;
  /** Whether requests wait for an answer. */
  waitsForApprovals: boolean;
  /** How long a request waits before the turn is interrupted, in milliseconds. */
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

  /** Resolves when the turn has ended, or waits for an answer. Rejects when it is not known how it ended. */
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

  /** Input that comes before the turn runs is added when it does. */
  async steer(input: string): Promise<boolean> {
    if (this.#hasStarted) return (await this.#running?.steer(input).catch(() => false)) ?? false;
    this.#early.push(input);
    return true;
  }

  /** @returns false when the turn does not wait for this answer. */
  answer(id: string, answer: ApprovalAnswer): boolean {
    const index = this.#waiting.findIndex((waiting) => waiting.id === id);
    const [waiting] = index === -1 ? [] : this.#waiting.splice(index, 1);
    waiting?.answer(answer);
    return waiting !== undefined;
  }

  /** Ends the turn and its commands, at once or as soon as it has begun. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#running?.interrupt().catch(() => undefined);
  }

  /** The turn need not begin if it has not. */
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
          // Another process holds the thread, or was lost with its lease. A failed step would wait no better.
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

/** What makes two requests the same: what the agent wants to do, not how it explains it. */
function signature(request: ApprovalRequest): string {
  const { reason: _, answers: __, ...wanted } = request;
  return JSON.stringify(wanted);
}

function isBusy(error: unknown): error is CodexError {
  return CodexError.isInstance(error) && error.code === "thread_busy";
}

/** Whether the same call can succeed later. */
export function isWorthRepeating(error: unknown): error is CodexError {
  return CodexError.isInstance(error) && (error.isRetryable || error.code === "closed" || error.code === "lease_lost");
}
