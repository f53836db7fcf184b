// The amount spent of one budget, and the turns that stop when it is exceeded.
import { BudgetExceededError, InvalidInputError } from "../errors/errors.js";
import { totalTokens } from "../events/usage.js";
import { deferred } from "../internal/deferred.js";
import { messageOf } from "../internal/message-of.js";
import { longestDelayMs } from "../internal/timer.js";
import { describe } from "../validation/check-options.js";
import type { ModelCall } from "../usage/turn-usage.js";
import { budgetLimits } from "./budget.js";
import type { Budget, BudgetLimit, BudgetScope, BudgetStatus } from "./budget.js";
import { costOfCall } from "./prices.js";
import type { Prices } from "./prices.js";

/** A turn that the account counts. */
export interface BudgetedTurn {
  readonly threadId: string | null;
  /** Called when the limit is exceeded. */
  exceeded(excess: Excess): void;
}

/** A limit that was exceeded. */
export interface Excess {
  readonly error: BudgetExceededError;
  /** Waits until the limit is raised. Rejects with the error if it is not. */
  readonly raised: () => Promise<void>;
  /** Whether to pause the turn instead of ending it. */
  readonly isPaused: boolean;
}

const warningShare = 0.8;

export class BudgetAccount {
  readonly scope: BudgetScope;
  readonly #budget: Budget;
  readonly #prices: Prices | undefined;
  readonly #allowed: Map<BudgetLimit, number>;
  readonly #spent: Record<BudgetLimit, number> = { usd: 0, tokens: 0, turns: 0, durationMs: 0 };
  readonly #warned = new Set<BudgetLimit>();
  readonly #turns = new Map<BudgetedTurn, number>();
  /** Resolves when any limit is raised. */
  #raised = deferred<void>();
  #decision: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #unpricedModel: string | undefined;

  constructor(budget: Budget, scope: BudgetScope, prices: Prices | undefined) {
    this.#budget = budget;
    this.scope = scope;
    this.#prices = prices;
    this.#allowed = new Map(
      budgetLimits.flatMap((limit) => (budget[limit] === undefined ? [] : [[limit, budget[limit]]])),
    );
  }

  /** The remaining tokens; undefined without a limit on tokens. */
  get remainingTokens(): number | undefined {
    const allowed = this.#allowed.get("tokens");
    return allowed === undefined ? undefined : Math.max(0, allowed - this.#spent.tokens);
  }

  /** Whether an exceeded limit ends the turn immediately, so that Codex may also end it by its own limit. */
  get interrupts(): boolean {
    return this.#budget.onExceeded === undefined || this.#budget.onExceeded === "interrupt";
  }

  /** The error for a turn that Codex ended because of its own token limit. */
  tokensExceeded(turn: BudgetedTurn): BudgetExceededError | undefined {
    return this.#allowed.has("tokens") ? this.#excess("tokens", turn).error : undefined;
  }

  /** The limit that a new turn would exceed. */
  excessAtStart(turn: BudgetedTurn): Excess | undefined {
    const limit = [...this.#allowed].find(([limit, allowed]) => this.#spentOn(limit) >= allowed)?.[0];
    return limit && this.#excess(limit, turn);
  }

  /** The limit that is exceeded. */
  excess(turn: BudgetedTurn): Excess | undefined {
    const limit = [...this.#allowed].find(([limit, allowed]) => this.#spentOn(limit) > allowed)?.[0];
    return limit && this.#excess(limit, turn);
  }

  /** Counts a turn until it is closed. */
  open(turn: BudgetedTurn): void {
    this.#spent.turns += 1;
    this.resume(turn);
  }

  /** The turn starts to run, for the first time or after a pause. */
  resume(turn: BudgetedTurn): void {
    this.#turns.set(turn, performance.now());
    this.#watchTime();
  }

  /** The turn is not running any more. */
  close(turn: BudgetedTurn): void {
    const startedAt = this.#turns.get(turn);
    if (startedAt === undefined) return;
    this.#turns.delete(turn);
    this.#spent.durationMs += performance.now() - startedAt;
    this.#watchTime();
  }

  /** Counts a model request, including those of a sub-agent that continues after its turn. */
  add(call: ModelCall): void {
    if (call.usage) this.#spent.tokens += totalTokens(call.usage);
    if (this.#prices && this.#allowed.has("usd") && call.usage) {
      const usd = costOfCall(this.#prices, call);
      if (usd === null) this.#unpricedModel ??= call.model ?? "unknown";
      else this.#spent.usd += usd;
    }
    this.check();
  }

  /** Warns, and stops the turns if a limit is exceeded. */
  check(): void {
    for (const [limit, allowed] of this.#allowed) {
      const spent = this.#spentOn(limit);
      if (limit !== "turns" && spent >= allowed * warningShare) this.#warn(limit);
      if (limit === "turns" || spent <= allowed) continue;
      for (const turn of this.#turns.keys()) turn.exceeded(this.#excess(limit, turn));
      return;
    }
  }

  #spentOn(limit: BudgetLimit): number {
    if (limit === "usd" && this.#unpricedModel !== undefined) return Infinity;
    if (limit !== "durationMs") return this.#spent[limit];
    const now = performance.now();
    return [...this.#turns.values()].reduce((sum, startedAt) => sum + now - startedAt, this.#spent.durationMs);
  }

  #warn(limit: BudgetLimit): void {
    if (this.#warned.has(limit)) return;
    this.#warned.add(limit);
    this.#notify(this.#status(limit, null));
  }

  /** A failing handler does not affect the turn. */
  #notify(status: BudgetStatus): void {
    void this.#call(this.#budget.onWarning, status).catch((error: unknown) => {
      process.emitWarning(`\`budget.onWarning\` failed: ${messageOf(error)}`, { type: "CodexBudgetWarning" });
    });
  }

  #excess(limit: BudgetLimit, { threadId }: BudgetedTurn): Excess {
    const status = this.#status(limit, threadId);
    const { spent, allowed } = status;
    const unpriced = limit === "usd" ? this.#unpricedModel : undefined;
    const error = new BudgetExceededError({ limit, scope: this.scope, spent, allowed }, unpriced);
    const isPaused = !this.interrupts && unpriced === undefined;
    return { error, isPaused, raised: () => this.#waitForRaise(limit, status, error) };
  }

  async #waitForRaise(limit: BudgetLimit, status: BudgetStatus, error: BudgetExceededError): Promise<void> {
    const { onExceeded } = this.#budget;
    const isBelowLimit = () => this.#spentOn(limit) < (this.#allowed.get(limit) ?? Infinity);
    if (onExceeded === "pause") this.#notify(status);
    while (!isBelowLimit()) {
      if (typeof onExceeded === "function") {
        // Turns that wait for the same limit share one decision.
        this.#decision ??= this.#decide(onExceeded, status).finally(() => {
          this.#decision = undefined;
        });
        await this.#decision.catch(() => Promise.reject(error));
        if (!isBelowLimit()) throw error;
      } else {
        await this.#raised.promise;
      }
    }
  }

  async #decide(handler: NonNullable<Exclude<Budget["onExceeded"], string>>, status: BudgetStatus): Promise<void> {
    const allowed = await handler(status);
    if (allowed !== undefined) status.raise(allowed);
  }

  async #call(handler: ((status: BudgetStatus) => unknown) | undefined, status: BudgetStatus): Promise<void> {
    await handler?.(status);
  }

  #status(limit: BudgetLimit, threadId: string | null): BudgetStatus {
    const allowed = this.#allowed.get(limit) ?? 0;
    const spent = limit === "usd" ? this.#spent.usd : this.#spentOn(limit);
    const raise = (value: number) => {
      if (typeof value !== "number" || Number.isNaN(value)) {
        throw new InvalidInputError(`A budget's limit must be a number, not ${describe(value)}.`);
      }
      this.#allowed.set(limit, value);
      this.#warned.delete(limit);
      this.#raised.resolve();
      this.#raised = deferred<void>();
      this.#watchTime();
    };
    return { limit, scope: this.scope, spent, allowed, threadId, isExceeded: spent > allowed, raise };
  }

  /** Elapsed time is not reported by events, so a timer checks it. */
  #watchTime(): void {
    clearTimeout(this.#timer);
    const allowed = this.#allowed.get("durationMs");
    if (allowed === undefined || this.#turns.size === 0) return;
    const spent = this.#spentOn("durationMs");
    const next = spent < allowed * warningShare ? allowed * warningShare - spent : allowed - spent;
    const delay = Math.min(longestDelayMs, Math.max(1, Math.ceil(next / this.#turns.size) + 1));
    this.#timer = setTimeout(() => {
      this.check();
      if (this.#spentOn("durationMs") <= allowed) this.#watchTime();
    }, delay);
  }
}
