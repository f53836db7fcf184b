// A turn: what it was when it is over, and the run that leads there.
import type { AbortSignalLike } from "../internal/abort-signal.js";
import { CodexError, ProtocolError, TurnInterruptedError } from "../errors/errors.js";
import type { ThreadEvent, Usage } from "../events/events.js";
import type { InputPart } from "../input/input.js";
import type { ThreadItem } from "../events/items.js";
import { sandboxFailure } from "./sandbox-failure.js";
import { NetworkWait } from "./network-wait.js";
import type { RunningTurn, TurnEnd } from "../transport/transport.js";
import { unknownUsage } from "../usage/turn-usage.js";
import type { TurnUsage } from "../usage/turn-usage.js";
import { TurnFold } from "./turn-fold.js";
import { TurnLimits } from "./turn-limits.js";
import type { Limits } from "./turn-limits.js";

/** A turn that ended well. */
export interface Turn<Output = unknown> extends TurnUsage {
  /** codex's id of the turn; null over `exec`, which has none. */
  id: string | null;
  /** The ID of the turn's thread. */
  threadId: string;
  /** What the agent did, in the order in which each was done. */
  items: ThreadItem[];
  /** The final answer's text; empty when the agent gave none. */
  finalResponse: string;
  /** The conversation's tokens so far; null where that is not known. */
  threadUsage: Usage | null;
  /** The final answer as the turn's `outputSchema` has it; undefined without one. */
  output: Output;
  /** What the turn changed, as one unified diff; null when nothing, and over `exec`. */
  diff: string | null;
}

/** Alias of `Turn`: what `run()` gives. */
export type RunResult<Output = unknown> = Turn<Output>;

export interface TurnPlan<Output> {
  limits: Limits;
  signal: AbortSignalLike | undefined;
  /** Whether nothing of the agent can run where the sandbox does not work: nobody can allow it to leave. */
  needsSandbox?: boolean;
  /** Waits for the turn's place in its thread. */
  ready: Promise<void>;
  /** Sends the turn. */
  start(emit: (event: ThreadEvent) => void): RunningTurn;
  /** Reads the final answer. */
  parse(finalResponse: string): Promise<Output>;
}

/** Runs one turn, watches its limits, and settles once. */
export class TurnRun<Output> {
  /** Rejects with a CodexError that carries what the turn had. */
  readonly result: Promise<Turn<Output>>;
  readonly #plan: TurnPlan<Output>;
  readonly #sink: (event: ThreadEvent) => void;
  readonly #fold = new TurnFold();
  readonly #network = new NetworkWait();
  readonly #limits: TurnLimits;
  readonly #onAbort = () => this.stop(abortError(this.#plan.signal));
  #running: RunningTurn | undefined;
  #stopReason: CodexError | undefined;
  #sandboxFailure: CodexError | undefined;
  #wake: (() => void) | undefined;

  constructor(plan: TurnPlan<Output>, sink: (event: ThreadEvent) => void) {
    this.#plan = plan;
    this.#sink = sink;
    this.#limits = new TurnLimits(
      plan.limits,
      () => this.#running?.isBusy() ?? false,
      (reason) => this.stop(reason),
    );
    this.result = this.#run();
    // Whoever holds the turn may be interested in its events only.
    this.result.catch(() => undefined);
  }

  /** Ends the turn. Its result then rejects with `reason`, unless it had ended before. */
  stop(reason: CodexError): void {
    this.#stopReason ??= reason;
    this.#running?.interrupt(reason);
    this.#wake?.();
  }

  async steer(input: readonly InputPart[]): Promise<boolean> {
    return (await this.#running?.steer(input)) ?? false;
  }

  async #run(): Promise<Turn<Output>> {
    this.#plan.signal?.addEventListener("abort", this.#onAbort, { once: true });
    let end: TurnEnd | undefined;
    try {
      await this.#untilReady();
      this.#running = this.#plan.start((event) => this.#take(event));
      this.#limits.start();
      end = await this.#running.ended;
      if (this.#sandboxFailure) throw this.#sandboxFailure;
      const turn = this.#finished(end);
      return { ...turn, output: await this.#plan.parse(turn.finalResponse) };
    } catch (error) {
      throw this.#withTurn(error, end);
    } finally {
      this.#limits.stop();
      this.#plan.signal?.removeEventListener("abort", this.#onAbort);
    }
  }

  async #untilReady(): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (!this.#stopReason) await Promise.race([this.#plan.ready, stopped]);
    if (this.#stopReason) throw this.#stopReason;
  }

  #take(event: ThreadEvent): void {
    // A notice that codex tries again is no progress.
    if (event.type !== "error") this.#limits.touch();
    const unreachable = this.#network.take(event);
    if (unreachable) this.stop(unreachable);
    this.#fold.take(event);
    this.#sink(event);
    if (this.#plan.needsSandbox && event.type === "item.completed") this.#stopWithout(event.item);
  }

  /** The agent would go on and report what it could not do as done. */
  #stopWithout(item: ThreadItem): void {
    this.#sandboxFailure ??= sandboxFailure(item);
    if (this.#sandboxFailure) this.stop(this.#sandboxFailure);
  }

  #finished(end: TurnEnd): Omit<Turn, "output"> {
    const { threadId, items, finalResponse } = this.#fold;
    if (threadId === null) throw new ProtocolError("Codex completed the turn without naming its thread.");
    return { ...end, threadId, items, finalResponse };
  }

  #withTurn(error: unknown, end: TurnEnd | undefined): CodexError {
    const known = CodexError.isInstance(error)
      ? ownError(error)
      : new ProtocolError(`The turn ended in an unexpected error: ${String(error)}`, { cause: error });
    const partial = this.#fold.partial();
    const { threadUsage: _, ...soFar } = end ?? this.#running?.soFar ?? noTurnYet;
    known.turn = { ...partial, ...soFar, usage: soFar.usage ?? partial.usage };
    return known;
  }
}

const noTurnYet: TurnEnd = { id: null, diff: null, threadUsage: null, ...unknownUsage() };

/** What ends codex ends all its turns; each of them has an error of its own. */
function ownError(error: CodexError): CodexError {
  if (error.turn === undefined) return error;
  const copy = new CodexError(error.code, error.message);
  const prototype: unknown = Object.getPrototypeOf(error);
  Object.setPrototypeOf(copy, prototype as object);
  return Object.defineProperties(copy, Object.getOwnPropertyDescriptors(error));
}

export function abortError(signal: AbortSignalLike | undefined): TurnInterruptedError {
  return new TurnInterruptedError("The turn was aborted by its signal.", { cause: signal?.reason });
}
