// `StreamedTurn`: a turn whose events can be read while it runs.
import { TurnInterruptedError } from "../errors/errors.js";
import type { ThreadEvent } from "../events/events.js";
import { FinalText } from "../events/final-text.js";
import type { Input } from "../input/input.js";
import type { Turn } from "./turn.js";
import { TurnRun } from "./turn-run.js";
import type { TurnPlan } from "./turn-run.js";
import { TurnStream } from "./turn-stream.js";

/**
 * A turn whose events can be read while it runs. Created by `thread.runStreamed()`. It runs to its end whether or not its
 * events are read.
 */
export class StreamedTurn<Output = unknown> implements AsyncIterable<ThreadEvent> {
  /**
   * The turn's events. If the turn fails, the iterator throws the error of `completed()` after the last event. Leaving a
   * loop over the events interrupts the turn.
   */
  readonly events: AsyncGenerator<ThreadEvent, void, undefined>;
  readonly #run: TurnRun<Output>;
  readonly #texts: TurnStream<string>;
  #isCompleted = false;

  /** @internal */
  constructor(plan: TurnPlan<Output>) {
    const interrupt = () => this.#stop("The turn was interrupted because the loop over its events was left.");
    const events = new TurnStream<ThreadEvent>(interrupt);
    const texts = new TurnStream<string>(interrupt);
    const text = new FinalText((piece) => texts.push(piece));
    this.events = events;
    this.#texts = texts;
    this.#run = new TurnRun(plan, (event) => {
      events.push(event);
      text.take(event);
      this.#isCompleted ||= event.type === "turn.completed";
    });
    this.#run.result.then(
      () => [events, texts].forEach((stream) => stream.end()),
      (error: unknown) => [events, texts].forEach((stream) => stream.fail(error)),
    );
  }

  /**
   * Resolves with the turn once it is prepared.
   * @internal
   * @throws InvalidInputError if it cannot be sent.
   */
  async whenPrepared(): Promise<this> {
    await this.#run.prepared;
    return this;
  }

  [Symbol.asyncIterator](): AsyncGenerator<ThreadEvent, void, undefined> {
    return this.events;
  }

  /**
   * The text of the final answer in pieces, which add up to `finalResponse`. If the model does not mark its final answer,
   * the text of all its messages. Throws the error of `completed()`. Leaving a loop over the pieces interrupts the turn.
   */
  get textStream(): AsyncIterable<string> {
    return this.#texts;
  }

  /** Settles when the turn has ended, whether or not its events are read. */
  completed(): Promise<Turn<Output>> {
    return this.#run.result;
  }

  /**
   * Adds input to the running turn. Resolves to false if the turn is not running yet or has ended.
   * @throws InvalidInputError; UnsupportedError over `exec`.
   */
  steer(input: Input): Promise<boolean> {
    return this.#run.steer(input);
  }

  /**
   * Ends the turn and its commands, and resolves when their processes have exited. Completed work is not undone.
   * `completed()` rejects, unless the turn had completed before.
   */
  async interrupt(): Promise<void> {
    await this.#stop("The turn was interrupted by `interrupt()`.");
  }

  async #stop(message: string): Promise<void> {
    if (this.#isCompleted) return;
    this.#run.stop(new TurnInterruptedError(message));
    await this.#run.result.catch(() => undefined);
  }
}

/** The result of `runStreamed()`. An alias of `StreamedTurn`. */
export type RunStreamedResult<Output = unknown> = StreamedTurn<Output>;
