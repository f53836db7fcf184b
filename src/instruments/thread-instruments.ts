// Counts and observes the turns of a thread.
import type { Instruments, ThreadBudgets } from "./instruments.js";
import { checkPausable, checkPriced } from "./budget.js";
import type { Budget } from "./budget.js";
import type { TurnInfo } from "./observer.js";
import { rolloutBudget, rolloutDefaults } from "./rollout-budget.js";
import type { TurnInstrument } from "./turn-instrument.js";
import type { ModelCall } from "../usage/turn-usage.js";

/** The options of a thread that affect its budget. */
interface ThreadConfig {
  budget?: Budget | undefined;
  model?: string | undefined;
  config?: Record<string, unknown> | undefined;
}

export interface ThreadInstrumentsContext {
  /** A copy of the thread's options. */
  options: ThreadConfig;
  /** Whether Codex supports its own token limit. */
  limitsRollout: boolean;
  /** Whether an interrupted turn can be continued. */
  canPause: boolean;
  threadId(): string | null;
  /** The earlier requests of the thread; undefined for a new thread. */
  readCalls: (() => Promise<readonly ModelCall[]>) | undefined;
}

export class ThreadInstruments {
  readonly #instruments: Instruments;
  readonly #context: ThreadInstrumentsContext;
  readonly #budgets: ThreadBudgets;
  /** The configuration as the caller passed it. */
  readonly config: ThreadConfig["config"];

  /** @throws InvalidInputError for a budget in US dollars without prices; UnsupportedError. */
  constructor(instruments: Instruments, context: ThreadInstrumentsContext) {
    const { options, readCalls, canPause } = context;
    checkPriced(options.budget, instruments.hasPrices);
    checkPausable(options.budget, canPause);
    this.#instruments = instruments;
    this.#context = context;
    this.config = options.config;
    this.#budgets = instruments.openThread(options.budget, readCalls);
  }

  /** Undefined if the turn is neither counted nor observed. @throws InvalidInputError; UnsupportedError */
  openTurn(turn: Pick<TurnInfo, "kind" | "input">, given: Pick<ThreadConfig, "budget" | "model">) {
    const { options, canPause } = this.#context;
    checkPriced(given.budget, this.#instruments.hasPrices);
    checkPausable(given.budget, canPause);
    const model = given.model ?? options.model ?? null;
    const info = { ...turn, threadId: this.#context.threadId(), model, requestedAt: new Date() };
    const instrument: TurnInstrument | undefined = this.#instruments.openTurn(info, this.#budgets, given.budget);
    return instrument;
  }

  /**
   * Lets Codex count tokens as well: it informs the model, and stops before the next request. Its count starts at zero when
   * it loads a thread, so it receives the remaining tokens.
   */
  limitRollout(): void {
    const remaining = this.#budgets.remainingTokens;
    if (remaining === undefined || !this.#context.limitsRollout) return;
    this.#context.options.config = {
      ...rolloutDefaults,
      ...this.config,
      "features.rollout_budget": rolloutBudget(remaining),
    };
  }
}
