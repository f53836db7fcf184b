// A turn that is read while it runs.
import { TurnInterruptedError } from "../errors/errors.js";
import { EventQueue } from "../internal/event-queue.js";
import type { ThreadEvent } from "../events/events.js";
import { prepareInput } from "../input/prepare-input.js";
import type { Input } from "../input/input.js";
import { FinalText } from "../events/final-text.js";
import type { Turn, TurnPlan } from "./turn.js";
import { TurnRun } from "./turn.js";

export class StreamedTurn<Output = unknown> implements AsyncIterable<ThreadEvent> {
  /** The turn's events as they happen. Leaving a loop over them early interrupts the turn. */
  readonly events: AsyncGenerator<ThreadEvent, void, undefined>;
  readonly #run: TurnRun<Output>;
  readonly #texts = new EventQueue<string>();

  /** @internal */
  constructor(plan: TurnPlan<Output>) {
    const events = new EventQueue<ThreadEvent>();
    const text = new FinalText((piece) => this.#texts.push(piece));
    this.#run = new TurnRun(plan, (event) => {
      events.push(event);
      text.take(event);
    });
    this.#run.result.then(
      () => {
        events.end();
        this.#texts.end();
      },
      (error: unknown) => {
        // A turn that failed has said so by its event; any other bad end is thrown.
        if (text.hasEnded) events.end();
        else events.fail(error);
        this.#texts.fail(error);
      },
    );
    this.events = this.#read(events);
  }

  [Symbol.asyncIterator](): AsyncGenerator<ThreadEvent, void, undefined> {
    return this.events;
  }

  /**
   * The final answer's text, piece by piece. Throws what `completed()` rejects with. Where the model does not say which
   * message is the final answer, this is the text of all of them.
   */
  get textStream(): AsyncIterable<string> {
    return { [Symbol.asyncIterator]: () => ({ next: () => this.#texts.next() }) };
  }

  /** Settles when the turn has ended, whether its events are read or not. */
  completed(): Promise<Turn<Output>> {
    return this.#run.result;
  }

  /**
   * Adds input to the running turn. Resolves to whether it was taken: false before the turn runs and after its end.
   * @throws InvalidInputError UnsupportedError over `exec`.
   */
  async steer(input: Input): Promise<boolean> {
    return this.#run.steer(await prepareInput(input));
  }

  /** Ends the turn and its commands, and settles when they are gone; what was done stays. `completed()` rejects. */
  async interrupt(): Promise<void> {
    this.#run.stop(new TurnInterruptedError("The turn was interrupted by its host."));
    await this.#run.result.catch(() => undefined);
  }

  async *#read(events: EventQueue<ThreadEvent>): AsyncGenerator<ThreadEvent, void, undefined> {
    let finished = false;
    try {
      for (;;) {
        const next = await events.next();
        if (next.done) break;
        yield next.value;
      }
      finished = true;
    } catch (error) {
      finished = true;
      throw error;
    } finally {
      if (!finished) {
        this.#run.stop(new TurnInterruptedError("The turn was interrupted because its events are no longer read."));
        await this.#run.result.catch(() => undefined);
      }
    }
  }
}

/** Alias of `StreamedTurn`: what `runStreamed()` gives. */
export type RunStreamedResult<Output = unknown> = StreamedTurn<Output>;
