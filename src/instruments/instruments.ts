// Counts, prices and observes the turns of one `Codex`.
import type { ModelCall } from "../usage/turn-usage.js";
import { BudgetAccount } from "./budget-account.js";
import type { Budget } from "./budget.js";
import type { CodexObserver, ProtocolMessage, TurnInfo } from "./observer.js";
import type { Prices } from "./prices.js";
import { callHook } from "./safe-observer.js";
import { TurnInstrument } from "./turn-instrument.js";

export interface InstrumentOptions {
  telemetry?: CodexObserver | readonly CodexObserver[] | undefined;
  prices?: Prices | undefined;
  budget?: Budget | undefined;
}

export class Instruments {
  #observers: readonly CodexObserver[];
  readonly #prices: Prices | undefined;
  readonly #budget: Budget | undefined;
  readonly #account: BudgetAccount | undefined;
  readonly #isNotional: () => Promise<boolean>;
  #notional: Promise<boolean> | undefined;
  #starts = 0;

  /** `isNotional` determines whether Codex runs on a ChatGPT plan. */
  constructor({ telemetry, prices, budget }: InstrumentOptions, isNotional: () => Promise<boolean>) {
    this.#observers = telemetry === undefined ? [] : [telemetry].flat();
    this.#prices = prices;
    this.#budget = budget;
    this.#isNotional = isNotional;
    if (budget && (budget.scope ?? "codex") === "codex") this.#account = new BudgetAccount(budget, "codex", prices);
  }

  get hasPrices(): boolean {
    return this.#prices !== undefined;
  }

  /** @returns A function that unsubscribes. */
  observe(observer: CodexObserver): () => void {
    this.#observers = [...this.#observers, observer];
    return () => {
      this.#observers = this.#observers.filter((each) => each !== observer);
    };
  }

  /** Codex was started. */
  codexStarted(): void {
    const start = { restarts: this.#starts };
    this.#starts += 1;
    for (const observer of this.#observers) callHook(observer, "onCodexStart", (it) => it.onCodexStart?.(start));
  }

  /** A message passed between the SDK and Codex. `make` is only called if an observer wants it. */
  message(make: () => ProtocolMessage): void {
    const listeners = this.#observers.filter((observer) => observer.onMessage !== undefined);
    if (listeners.length === 0) return;
    const message = make();
    for (const observer of listeners) callHook(observer, "onMessage", (it) => it.onMessage?.(message));
  }

  /** The accounts of a new thread object. `readSpent` reads the earlier usage of the thread. */
  openThread(budget: Budget | undefined, readSpent: (() => Promise<readonly ModelCall[]>) | undefined): ThreadBudgets {
    const inherited = this.#budget?.scope === "thread" ? [this.#budget] : [];
    const own = budget === undefined || (budget.scope ?? "thread") !== "thread" ? [] : [budget];
    return new ThreadBudgets(
      [...inherited, ...own].map((each) => new BudgetAccount(each, "thread", this.#prices)),
      [...(this.#budget?.scope === "turn" ? [this.#budget] : []), ...(budget?.scope === "turn" ? [budget] : [])],
      [
        ...(this.#account ? [this.#account] : []),
        ...(budget?.scope === "codex" ? [new BudgetAccount(budget, "codex", this.#prices)] : []),
      ],
      readSpent,
    );
  }

  /** Undefined without budgets, prices and observers: the turn then runs without any of this. */
  openTurn(info: TurnInfo, budgets: ThreadBudgets, budget: Budget | undefined): TurnInstrument | undefined {
    const perTurn = [...budgets.perTurn, ...(budget ? [budget] : [])];
    const accounts = [...budgets.accounts, ...perTurn.map((each) => new BudgetAccount(each, "turn", this.#prices))];
    const observers = this.#observers.flatMap((observer) => {
      const turn = callHook(observer, "onTurn", (it) => it.onTurn?.(info));
      return turn ? [turn] : [];
    });
    if (accounts.length === 0 && observers.length === 0 && !this.#prices) return undefined;
    return new TurnInstrument({
      info,
      accounts,
      observers,
      prices: this.#prices,
      readSpent: () => budgets.ready(),
      isNotional: () => this.#isOnPlan(),
    });
  }

  /** Requested once, with a limit, so that an unresponsive Codex does not delay the end of a turn. */
  #isOnPlan(): Promise<boolean> {
    this.#notional ??= this.#isNotional().catch(() => {
      this.#notional = undefined;
      return false;
    });
    return withinLimit(this.#notional);
  }
}

const answerLimitMs = 2_000;

function withinLimit(answer: Promise<boolean>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), answerLimitMs);
    void answer.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

/** The accounts that a thread's turns count towards. */
export class ThreadBudgets {
  readonly accounts: readonly BudgetAccount[];
  /** Budgets that apply to each turn separately. */
  readonly perTurn: readonly Budget[];
  readonly #ofThread: readonly BudgetAccount[];
  readonly #readSpent: (() => Promise<readonly ModelCall[]>) | undefined;
  #reading: Promise<void> | undefined;

  constructor(
    ofThread: readonly BudgetAccount[],
    perTurn: readonly Budget[],
    ofCodex: readonly BudgetAccount[],
    readSpent: (() => Promise<readonly ModelCall[]>) | undefined,
  ) {
    this.#ofThread = ofThread;
    this.perTurn = perTurn;
    this.accounts = [...ofThread, ...ofCodex];
    this.#readSpent = readSpent;
  }

  /** Adds the earlier usage of a resumed thread, once. */
  ready(): Promise<void> {
    this.#reading ??= this.#read();
    return this.#reading;
  }

  /** The remaining tokens of the thread, if an exceeded limit ends its turn. */
  get remainingTokens(): number | undefined {
    const remaining = this.#ofThread.flatMap((account) =>
      account.interrupts && account.remainingTokens !== undefined ? [account.remainingTokens] : [],
    );
    return remaining.length === 0 ? undefined : Math.min(...remaining);
  }

  async #read(): Promise<void> {
    if (this.#ofThread.length === 0 || !this.#readSpent) return;
    const calls = await this.#readSpent();
    for (const account of this.#ofThread) for (const call of calls) account.add(call);
  }
}
