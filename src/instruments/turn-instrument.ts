// Counts, prices and observes one turn.
import { CodexError } from "../errors/errors.js";
import type { BudgetExceededError, PartialTurn } from "../errors/errors.js";
import type { ThreadEvent, Usage } from "../events/events.js";
import type { WatchCall } from "../tools/watched-call.js";
import type { TurnCost } from "../usage/turn-cost.js";
import type { ModelCall } from "../usage/turn-usage.js";
import type { BudgetAccount, BudgetedTurn, Excess } from "./budget-account.js";
import type { TraceContext, TurnInfo, TurnObserver, TurnStep } from "./observer.js";
import { costOfCalls } from "./prices.js";
import type { Prices } from "./prices.js";
import { callHook, runNested } from "./safe-observer.js";
import { TurnRecorder } from "./turn-recorder.js";
import type { SubagentActivity } from "./turn-recorder.js";

export interface TurnInstrumentContext {
  info: TurnInfo;
  accounts: readonly BudgetAccount[];
  observers: readonly TurnObserver[];
  prices: Prices | undefined;
  readSpent(): Promise<void>;
  isNotional(): Promise<boolean>;
}

export class TurnInstrument implements BudgetedTurn {
  readonly #context: TurnInstrumentContext;
  readonly #recorder: TurnRecorder | undefined;
  #threadId: string | null;
  #excess: Excess | undefined;
  #stop: ((error: BudgetExceededError) => void) | undefined;

  constructor(context: TurnInstrumentContext) {
    const { info, observers } = context;
    this.#context = context;
    this.#threadId = info.threadId;
    if (observers.length === 0) return;
    this.#recorder = new TurnRecorder(info.threadId, {
      started: (step) => this.#observe("onStepStart", (observer) => observer.onStepStart?.(step)),
      ended: (step) => this.#observe("onStepEnd", (observer) => observer.onStepEnd?.(step)),
    });
  }

  get threadId(): string | null {
    return this.#threadId;
  }

  /** The budget that the turn exceeded. */
  get excess(): Excess | undefined {
    return this.#excess;
  }

  /** Waits until the budgets allow the turn to start. Calls `stop` when one is exceeded. */
  async start(stop: (error: BudgetExceededError) => void): Promise<void> {
    this.#stop = stop;
    const { accounts, info } = this.#context;
    if (accounts.length > 0) {
      await this.#context.readSpent();
      for (const account of accounts) {
        const excess = account.excessAtStart(this);
        if (!excess) continue;
        if (!excess.isPaused) throw excess.error;
        await excess.raised();
      }
      for (const account of accounts) account.open(this);
    }
    const queuedMs = Date.now() - info.requestedAt.getTime();
    this.#observe("onTurnStart", (observer) => observer.onTurnStart?.({ queuedMs }));
  }

  exceeded(excess: Excess): void {
    if (this.#excess) return;
    this.#excess = excess;
    this.#stop?.(excess.error);
  }

  /** The error of a failed turn. If Codex's own token limit ended it, the error of the budget. */
  failure(error: unknown): unknown {
    if (!CodexError.isInstance(error) || error.code !== "usage_limit" || error.message !== "budget reached")
      return error;
    const ofThread = this.#context.accounts.filter(({ scope, interrupts }) => scope === "thread" && interrupts);
    return ofThread.map((account) => account.tokensExceeded(this)).find((found) => found !== undefined) ?? error;
  }

  /** Pauses the turn until the exceeded limit is raised. Rejects with the error if it is not. */
  async waitForRaise(): Promise<void> {
    const excess = this.#excess;
    if (!excess) return;
    for (const account of this.#context.accounts) account.close(this);
    await excess.raised();
    this.#excess = undefined;
    for (const account of this.#context.accounts) account.resume(this);
    for (const account of this.#context.accounts) account.check();
  }

  onEvent(event: ThreadEvent): void {
    if (event.type === "thread.started") this.#threadId = event.thread_id;
    this.#recorder?.onEvent(event);
    this.#observe("onEvent", (observer) => observer.onEvent?.(event));
  }

  readonly onCall = (threadId: string, call: ModelCall): void => {
    this.#recorder?.call(threadId, call);
    // Requested early, so that the result is available at the end of the turn.
    if (this.#context.prices) void this.#context.isNotional();
    for (const account of this.#context.accounts) account.add(call);
  };

  readonly onSubagent = (threadId: string, activity: SubagentActivity): void => {
    this.#recorder?.subagent(threadId, activity);
  };

  readonly watchCall: WatchCall = (call, work, outcomeOf) => {
    const { observers } = this.#context;
    if (!this.#recorder || observers.length === 0) return work();
    const { step, end } = this.#recorder.hostCall(call);
    const result = this.#runInContext(step, work);
    result.then(
      (value) => end(outcomeOf(value)),
      () => end("failed"),
    );
    return result;
  };

  /** The first observer's trace context. Codex rejects a turn whose context is malformed. */
  get trace(): TraceContext | undefined {
    for (const observer of this.#context.observers) {
      const given = callHook(observer, "traceContext", (it) => it.traceContext?.());
      const trace = callHook(observer, "traceContext", () => checkedTrace(given));
      if (trace) return trace;
    }
    return undefined;
  }

  /** The cost of the turn; undefined without prices. */
  async cost(turn: Pick<PartialTurn, "calls" | "subagents" | "usage">): Promise<TurnCost | undefined> {
    const { prices, info } = this.#context;
    if (!prices) return undefined;
    const calls = [...turn.calls, ...turn.subagents.flatMap((subagent) => subagent.calls)];
    const isNotional = await this.#context.isNotional();
    if (calls.length > 0 || turn.usage === null) return costOfCalls(prices, calls, isNotional);
    // Only the total and the requested model are known.
    const unknown = { responseId: null, serviceTier: null, startedAt: null, completedAt: null };
    return costOfCalls(prices, [{ ...unknown, model: info.model, usage: turn.usage }], isNotional);
  }

  /** The turn has ended. */
  end(
    turn: PartialTurn & { threadUsage?: Usage | null },
    cost: TurnCost | undefined,
    error: CodexError | undefined,
  ): void {
    for (const account of this.#context.accounts) account.close(this);
    if (this.#context.observers.length === 0) return;
    this.#recorder?.finish();
    const { id: turnId, threadUsage = null, ...rest } = turn;
    const outcome = { ...rest, turnId, threadUsage, cost, error, endedAt: new Date() };
    this.#observe("onTurnEnd", (observer) => observer.onTurnEnd?.(outcome));
  }

  #observe(hook: string, call: (observer: TurnObserver) => unknown): void {
    for (const observer of this.#context.observers) callHook(observer, hook, (it) => call(it as TurnObserver));
  }

  #runInContext<Result>(step: TurnStep, work: () => Promise<Result>): Promise<Result> {
    const contexts = this.#context.observers.map((observer) => (inner: () => void) => {
      if (!observer.runInContext) return inner();
      callHook(observer, "runInContext", (it) => it.runInContext?.(step, inner));
    });
    return runNested(contexts, work);
  }
}

const longestTracestate = 512;

/** https://www.w3.org/TR/trace-context/ */
function checkedTrace(given: unknown): TraceContext | undefined {
  if (given === undefined) return undefined;
  const { traceparent, tracestate } = (given ?? {}) as Record<string, unknown>;
  if (typeof traceparent !== "string" || !/^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(traceparent)) {
    throw new Error("`traceparent` must have the form of the W3C trace context");
  }
  if (typeof tracestate !== "string" || tracestate.length > longestTracestate) return { traceparent };
  return { traceparent, tracestate };
}
