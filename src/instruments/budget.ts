// The option `budget`: limits for turns, and the reaction when they are exceeded.
import { InvalidInputError, UnsupportedError } from "../errors/errors.js";
import { describe } from "../validation/check-options.js";

export type BudgetLimit = "usd" | "tokens" | "turns" | "durationMs";
export type BudgetScope = "turn" | "thread" | "codex";

export interface Budget {
  /** Limit in US dollars. Requires the option `prices`. A model without a price ends the turn. */
  usd?: number | undefined;
  /** Limit for input and output tokens together. */
  tokens?: number | undefined;
  /** Maximum number of turns. With `scope: "turn"` only 1 has an effect. */
  turns?: number | undefined;
  /** Limit for the duration of turns, without their wait for earlier turns, in milliseconds. */
  durationMs?: number | undefined;
  /**
   * What the limits apply to: each turn separately, all turns of a thread (including the recorded turns of a resumed one), or
   * all turns of the `Codex`. Sub-agents are included.
   * @defaultValue `codex` on `Codex`, `thread` on a thread, `turn` on a turn.
   */
  scope?: BudgetScope | undefined;
  /** Called once for each limit when 80 % of it is spent. It is not awaited. */
  onWarning?: ((status: BudgetStatus) => unknown) | undefined;
  /**
   * What happens when a limit is exceeded. `interrupt` ends the turn and its commands with a `BudgetExceededError`.
   * `pause` ends the commands and pauses the turn until `status.raise()` is called, which `onWarning` receives. A
   * function also pauses the turn: it returns the new limit, or undefined to interrupt. Over `exec`, only `interrupt`
   * is supported.
   * @defaultValue `interrupt`
   */
  onExceeded?: "interrupt" | "pause" | BudgetHandler | undefined;
}

export type BudgetHandler = (status: BudgetStatus) => BudgetDecision | Promise<BudgetDecision>;
/** The new limit, in the unit of the exceeded one; undefined to interrupt the turn. */
export type BudgetDecision = number | undefined;

/** The state of a budget. */
export interface BudgetStatus {
  limit: BudgetLimit;
  scope: BudgetScope;
  /** The amount spent, in the unit of the limit: US dollars, tokens, turns or milliseconds. */
  spent: number;
  /** The limit's value. */
  allowed: number;
  threadId: string | null;
  isExceeded: boolean;
  /**
   * Sets a new limit for everything that this budget counts. A paused turn continues if the limit is sufficient.
   * @throws InvalidInputError if the value is not a number.
   */
  raise(allowed: number): void;
}

export const budgetLimits = ["usd", "tokens", "turns", "durationMs"] as const;
const known = new Set<string>([...budgetLimits, "scope", "onWarning", "onExceeded"]);

/** A description of a valid value; undefined if the value is valid. */
export function checkBudget(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "an object of limits";
  const budget = value as Record<string, unknown>;
  const unknown = Object.keys(budget).find((key) => !known.has(key));
  if (unknown !== undefined) return `an object with only the keys ${[...known].join(", ")} ("${unknown}" is unknown)`;
  for (const limit of budgetLimits) {
    const amount = budget[limit];
    if (amount === undefined) continue;
    if (typeof amount !== "number" || !Number.isFinite(amount) || amount <= 0) {
      return `an object whose \`${limit}\` is a number above 0, not ${describe(amount)}`;
    }
  }
  if (budgetLimits.every((limit) => budget[limit] === undefined)) {
    return "an object with at least one of usd, tokens, turns, durationMs";
  }
  const { scope, onWarning, onExceeded } = budget;
  if (scope !== undefined && scope !== "turn" && scope !== "thread" && scope !== "codex") {
    return 'an object whose `scope` is one of "turn", "thread", "codex"';
  }
  if (onWarning !== undefined && typeof onWarning !== "function") return "an object whose `onWarning` is a function";
  if (onExceeded === undefined || typeof onExceeded === "function") return undefined;
  if (onExceeded === "interrupt") return undefined;
  if (onExceeded !== "pause") return 'an object whose `onExceeded` is "interrupt", "pause" or a function';
  return onWarning === undefined ? "an object with `onWarning`, which raises the limit of a paused turn" : undefined;
}

/** @throws UnsupportedError for a budget that pauses turns, if the transport cannot continue them. */
export function checkPausable(budget: Budget | undefined, canPause: boolean): void {
  const { onExceeded = "interrupt" } = budget ?? {};
  if (canPause || onExceeded === "interrupt") return;
  const given = onExceeded === "pause" ? '`budget.onExceeded: "pause"`' : "`budget.onExceeded` with a function";
  throw new UnsupportedError(
    `The "exec" transport cannot continue a turn, so ${given} cannot pause it. Use "interrupt", or \`transport: "app-server"\`.`,
  );
}

/** @throws InvalidInputError for a limit in US dollars without a price list. */
export function checkPriced(budget: Budget | undefined, hasPrices: boolean): void {
  if (budget?.usd === undefined || hasPrices) return;
  throw new InvalidInputError(
    "`budget.usd` requires prices. Set `prices` on the Codex, such as `genaiPrices()` of codex-sdk/cost, or limit `tokens`.",
  );
}
