// Runs one turn: prepares it, waits for the thread's earlier turns, starts it, enforces its limits, and settles once.
import type { AbortSignalLike } from "../internal/abort-signal.js";
import { deferred } from "../internal/deferred.js";
import { CodexError, ProtocolError, TurnInterruptedError } from "../errors/errors.js";
import type { PartialTurn } from "../errors/errors.js";
import type { ThreadEvent } from "../events/events.js";
import type { ThreadItem } from "../events/items.js";
import { prepareInput } from "../input/prepare-input.js";
import type { Input } from "../input/input.js";
import type { TurnInstrument } from "../instruments/turn-instrument.js";
import { closedError, type Closing } from "../transport/closing.js";
import type { EventSink, RunningTurn, TurnEnd } from "../transport/transport.js";
import { mergeUsage } from "../usage/merge-usage.js";
import type { TurnCost } from "../usage/turn-cost.js";
import { NetworkWait } from "./network-wait.js";
import { suspectedSandboxFailure } from "./sandbox-failure.js";
import type { Turn } from "./turn.js";
import { TurnFold } from "./turn-fold.js";
import { TurnLimits } from "./turn-limits.js";
import type { Limits } from "./turn-limits.js";

/** A turn before it is prepared. */
export interface TurnPlan<Output> {
  limits: Limits;
  signal: AbortSignalLike | undefined;
  closing: Closing;
  /** Whether the agent's commands require a working sandbox, because no handler can approve them outside it. */
  needsSandbox: boolean;
  /** Resolves when the thread's earlier turns have ended. */
  ready: Promise<void>;
  /** Counts, prices and observes the turn; undefined if that is not required. */
  instrument: TurnInstrument | undefined;
  /** @throws InvalidInputError. `signal` aborts when the turn must end. */
  prepare(signal: AbortSignal): Promise<PreparedTurn<Output>>;
}

export interface PreparedTurn<Output> {
  start(emit: EventSink): RunningTurn;
  /** Starts the rest of a turn that a budget paused; undefined if the transport does not support it. */
  continue?: ((emit: EventSink) => RunningTurn) | undefined;
  /** Parses the final answer. */
  parse(finalResponse: string): Promise<Output>;
}

export class TurnRun<Output> {
  /** Rejects if the turn is invalid, or was stopped before it started. */
  readonly prepared: Promise<PreparedTurn<Output>>;
  /** Rejects with a CodexError whose `turn` holds the partial result. */
  readonly result: Promise<Turn<Output>>;
  readonly #plan: TurnPlan<Output>;
  readonly #emit: EventSink;
  readonly #fold = new TurnFold();
  readonly #network = new NetworkWait();
  readonly #limits: TurnLimits;
  /** Aborts when the turn must end, and when it has ended. */
  readonly #abortController = new AbortController();
  readonly #stopped = deferred<never>();
  readonly #onAbort = () => this.stop(abortError(this.#plan.signal));
  readonly #unlisten: () => void;
  #stopReason: CodexError | undefined;
  #running: RunningTurn | undefined;
  #sandboxFailure: CodexError | undefined;
  /** Settles when it is known whether the sandbox works; undefined unless a command raised the suspicion. */
  #sandboxProbe: Promise<void> | undefined;
  /** Whether a budget has paused the turn. */
  #isPaused = false;
  /** The parts of the turn before each pause. */
  readonly #earlier: TurnEnd[] = [];

  /** The signal and `timeoutMs` apply from here on, so that they cover preparation and waiting. */
  constructor(plan: TurnPlan<Output>, emit: EventSink) {
    this.#plan = plan;
    this.#emit = emit;
    this.#stopped.promise.catch(() => undefined);
    this.#limits = new TurnLimits(
      plan.limits,
      () => this.#isPaused || (this.#running?.isBusy() ?? false),
      (reason) => this.stop(reason),
    );
    plan.signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (plan.signal?.aborted) this.#onAbort();
    this.#unlisten = plan.closing.listen(() => this.stop(closedError()));
    this.prepared = this.#unlessStopped(() => plan.prepare(this.#abortController.signal));
    this.result = this.#run();
    // Callers may use only the events, or only one of the two promises.
    this.prepared.catch(() => undefined);
    this.result.catch(() => undefined);
  }

  completed(): Promise<Turn<Output>> {
    return this.result;
  }

  /** Ends the turn. `result` rejects with `reason`, unless the turn has already ended. */
  stop(reason: CodexError): void {
    this.#stopReason ??= reason;
    this.#stopped.reject(this.#stopReason);
    this.#abortController.abort(this.#stopReason);
    this.#running?.interrupt(this.#stopReason);
  }

  /** Adds input to the running turn. False if it is not running, or ends before the input is prepared. */
  async steer(input: Input): Promise<boolean> {
    const { signal } = this.#abortController;
    try {
      const parts = await prepareInput(input, { signal });
      return (await this.#running?.steer(parts)) ?? false;
    } catch (error) {
      if (signal.aborted && error instanceof TurnInterruptedError) return false;
      throw error;
    }
  }

  async #run(): Promise<Turn<Output>> {
    let isPrepared = false;
    try {
      const ready = await this.prepared;
      isPrepared = true;
      await this.#unlessStopped(() => this.#plan.ready);
      await this.#waitForBudgets(ready);
      // The turn may have been stopped while the promise settled. From here to the assignment, the code is synchronous.
      if (this.#stopReason) throw this.#stopReason;
      this.#running = ready.start((event) => this.#onEvent(event));
      this.#limits.start();
      const end = await this.#untilEnded(this.#running, ready);
      await this.#sandboxProbe;
      if (this.#sandboxFailure) throw this.#sandboxFailure;
      const turn = this.#finished(end);
      const parse = () => ready.parse(turn.finalResponse);
      const output = await this.#unlessStopped(parse);
      return { ...turn, ...(await this.#settle(turn)), output };
    } catch (error) {
      const known = this.#withTurn(error);
      await this.#settle(known.turn, known);
      if (!isPrepared && !this.#stopReason) throw error;
      throw known;
    } finally {
      this.#limits.stop();
      this.#plan.signal?.removeEventListener("abort", this.#onAbort);
      this.#unlisten();
      this.#abortController.abort();
    }
  }

  /** The work's result, unless the turn is stopped first. */
  async #unlessStopped<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#stopReason) throw this.#stopReason;
    const result = await Promise.race([work(), this.#stopped.promise]);
    if (this.#stopReason) throw this.#stopReason;
    return result;
  }

  /** Waits until the budgets allow the turn. */
  async #waitForBudgets(ready: PreparedTurn<Output>): Promise<void> {
    const { instrument } = this.#plan;
    if (!instrument) return;
    const onExceeded = (error: CodexError) => {
      if (instrument.excess?.isPaused && ready.continue) this.#running?.interrupt(error);
      else this.stop(error);
    };
    await this.#unlessStopped(() => instrument.start(onExceeded));
  }

  /** Waits until the turn has ended, including the parts after a pause by a budget. */
  async #untilEnded(running: RunningTurn, ready: PreparedTurn<Output>): Promise<TurnEnd> {
    const { instrument } = this.#plan;
    if (!instrument) return running.ended;
    for (;;) {
      const ended = await settled(running.ended);
      const { excess } = instrument;
      const canContinue = excess?.isPaused === true && ready.continue !== undefined && !this.#stopReason;
      if (!excess || (canContinue && "value" in ended)) {
        if ("error" in ended) throw instrument.failure(ended.error);
        return mergeUsage([...this.#earlier, ended.value]);
      }
      if (!canContinue || !ready.continue) throw this.#stopReason ?? excess.error;
      this.#earlier.push(running.soFar);
      this.#isPaused = true;
      await this.#unlessStopped(() => instrument.waitForRaise());
      this.#isPaused = false;
      running = ready.continue((event) => this.#onContinuedEvent(event));
      this.#running = running;
    }
  }

  /** Prices the turn, and reports its end to observers. */
  async #settle(turn: PartialTurn | undefined, error?: CodexError): Promise<{ cost?: TurnCost }> {
    const { instrument } = this.#plan;
    if (!instrument || !turn) return {};
    const cost = await instrument.cost(turn);
    if (cost) turn.cost = cost;
    instrument.end(turn, cost, error);
    return cost ? { cost } : {};
  }

  /** A turn that was paused emits its start events only once. */
  #onContinuedEvent(event: ThreadEvent): void {
    if (event.type !== "thread.started" && event.type !== "turn.started") this.#onEvent(event);
  }

  #onEvent(event: ThreadEvent): void {
    // A notice that Codex retries is not progress.
    if (event.type !== "error") this.#limits.onActivity();
    const unreachable = this.#network.read(event);
    if (unreachable) this.stop(unreachable);
    this.#fold.add(event);
    this.#plan.instrument?.onEvent(event);
    this.#emit(event);
    if (this.#plan.needsSandbox && event.type === "item.completed") this.#stopWithoutSandbox(event.item);
  }

  /** The agent would continue, and report success for work that it could not do. A command alone only causes the probe. */
  #stopWithoutSandbox(item: ThreadItem): void {
    const suspected = suspectedSandboxFailure(item);
    if (!suspected || this.#sandboxProbe) return;
    this.#sandboxProbe = this.#running?.sandboxWorks().then((works) => {
      if (works) return;
      this.#sandboxFailure = suspected;
      this.stop(suspected);
    });
  }

  #finished(end: TurnEnd): Omit<Turn, "output"> {
    const { threadId, items, finalResponse } = this.#fold;
    // Codex always names the thread before the turn, but a program in its place may not.
    return { ...end, threadId: threadId ?? "", items, finalResponse };
  }

  #withTurn(error: unknown): CodexError {
    const known = CodexError.isInstance(error)
      ? ownError(error)
      : new ProtocolError(`The turn failed with an unexpected error: ${String(error)}`, { cause: error });
    const partial = this.#fold.partial();
    const current = this.#running?.soFar ?? { ...partial, threadUsage: null };
    const { threadUsage: _, ...soFar } = mergeUsage([...this.#earlier, current]);
    known.turn = { ...partial, ...soFar, usage: soFar.usage ?? partial.usage };
    return known;
  }
}

async function settled<Value>(work: Promise<Value>): Promise<{ value: Value } | { error: unknown }> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/**
 * A copy of an error that another turn has. The end of a Codex process fails all of its turns, its pending requests and
 * those who wait for its start with one error, and each turn has its own partial result.
 */
function ownError(error: CodexError): CodexError {
  if (error.turn === undefined) return error;
  const copy = new CodexError(error.code, error.message);
  const prototype: unknown = Object.getPrototypeOf(error);
  Object.setPrototypeOf(copy, prototype as object);
  return Object.defineProperties(copy, Object.getOwnPropertyDescriptors(error));
}

/** Named like the errors of Node.js and the web platform, so that existing checks for an abort work. */
export function abortError(signal: AbortSignalLike | undefined): TurnInterruptedError {
  const error = new TurnInterruptedError("The turn was aborted by its signal.", { cause: signal?.reason });
  error.name = "AbortError";
  return error;
}
