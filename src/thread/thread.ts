// One conversation: its turns, one after the other.
import { InvalidInputError, ThreadBusyError, UnsupportedError } from "../errors/errors.js";
import type { Input } from "../input/input.js";
import { checkTurnOptions } from "../options/option-checks.js";
import type { ThreadOptions, TurnOptions, UntypedTurnOptions } from "../options/options.js";
import type { InferOutput, OutputSchema } from "../schema/output-schema.js";
import { StreamedTurn } from "../turn/streamed-turn.js";
import { ThreadQueue } from "./thread-queue.js";
import type { Place } from "./thread-queue.js";
import { splitForkOptions } from "../options/fork-options.js";
import type { ForkOptions } from "../options/fork-options.js";
import { checkReviewTarget } from "../options/review-target.js";
import type { ReviewOptions, ReviewTarget } from "../options/review-target.js";
import { checkThreadName } from "../options/thread-name.js";
import type { TurnRecord } from "../records/turn-record.js";
import type { EventSink, RunningTurn, Transport, TransportThread } from "../transport/transport.js";
import { callOf } from "../tools/call-scope.js";
import { prepareTools } from "../tools/prepare-tools.js";
import { abortError, TurnRun } from "../turn/turn.js";
import type { Turn, TurnPlan } from "../turn/turn.js";
import { prepareTurn } from "../turn/prepare-turn.js";
import { checkDirectories } from "../options/working-directory.js";

/** A conversation with the agent. Made by `Codex.startThread` and `Codex.resumeThread`. */
export class Thread {
  readonly #transport: Transport;
  readonly #options: ThreadOptions;
  readonly #thread: TransportThread;
  readonly #queue = new ThreadQueue();

  /** @internal */
  constructor(transport: Transport, thread: TransportThread, options: ThreadOptions) {
    this.#transport = transport;
    this.#thread = thread;
    this.#options = options;
  }

  /** The thread's id; null until its first turn has begun. */
  get id(): string | null {
    return this.#thread.id;
  }

  /**
   * Runs a turn to its end. A turn that is asked for while another one runs waits for it.
   * @throws CodexError with what the turn had in `turn`; InvalidInputError before anything is sent.
   */
  run<Schema>(input: Input, options: UntypedTurnOptions<Schema>): Promise<Turn>;
  run<const Schema extends OutputSchema | undefined = undefined>(
    input: Input,
    options?: TurnOptions<Schema>,
  ): Promise<Turn<InferOutput<Schema>>>;
  async run(input: Input, options: TurnOptions = {}): Promise<Turn> {
    return this.#inPlace(async (ready) => {
      return new TurnRun(await this.#plan(input, options, ready), () => undefined).result;
    });
  }

  /**
   * Starts a turn and gives its events as they happen.
   * @throws InvalidInputError before anything is sent.
   */
  runStreamed<Schema>(input: Input, options: UntypedTurnOptions<Schema>): Promise<StreamedTurn>;
  runStreamed<const Schema extends OutputSchema | undefined = undefined>(
    input: Input,
    options?: TurnOptions<Schema>,
  ): Promise<StreamedTurn<InferOutput<Schema>>>;
  async runStreamed(input: Input, options: TurnOptions = {}): Promise<StreamedTurn> {
    return this.#streamed((ready) => this.#plan(input, options, ready));
  }

  /**
   * Has the agent review changes: a turn like any other, which changes nothing. `finalResponse` is the review.
   * @throws InvalidInputError before anything is sent; UnsupportedError over `exec`.
   */
  async review(target: ReviewTarget, options: ReviewOptions = {}): Promise<StreamedTurn<undefined>> {
    checkReviewTarget(target);
    return this.#streamed(async (ready) => {
      return this.#workPlan(options, ready, (emit) => this.#thread.startReview?.({ ...target }, emit));
    });
  }

  /**
   * Summarises the conversation so far to make room in the model's context window. Takes its place among the turns, and
   * settles when it is done.
   * @throws CodexError when it failed; InvalidInputError for a thread without a turn; UnsupportedError over `exec`.
   */
  async compact(options: ReviewOptions = {}): Promise<void> {
    await this.#inPlace(async (ready) => {
      await ready;
      this.#savedId("compacted");
      const plan = this.#workPlan(options, ready, (emit) => this.#thread.startCompaction?.(emit));
      await new TurnRun(plan, () => undefined).result;
    });
  }

  /**
   * A new thread with this one's history, or with that up to a turn. Both go on by themselves. Without `atTurn` it waits
   * for the turns that were asked for before.
   * @throws ThreadBusyError when `atTurn` is running; InvalidInputError for a turn that is not in the thread, and for a
   * thread without a turn; UnsupportedError over `exec`, and for an ephemeral thread.
   */
  async fork(options: ForkOptions = {}): Promise<Thread> {
    const { atTurn, given } = splitForkOptions(options);
    const own: ThreadOptions = { ...this.#options, ephemeral: undefined, ...given };
    const fork = async () => {
      const thread = await this.#threads.fork(this.#savedId("forked"), atTurn, own);
      return new Thread(this.#transport, thread, own);
    };
    if (atTurn !== undefined) return fork();
    return this.#inPlace(async (ready) => {
      await ready;
      return fork();
    });
  }

  /**
   * The turns on record, oldest first; of a running one what there is.
   * @throws InvalidInputError for a thread without a turn; UnsupportedError over `exec`, and for an ephemeral thread.
   */
  async history(): Promise<TurnRecord[]> {
    const { turns } = await this.#threads.read(this.#savedId("read"));
    return turns;
  }

  /**
   * Gives the thread a title.
   * @throws InvalidInputError for an empty one, and for a thread without a turn; ThreadArchivedError.
   */
  async rename(name: string): Promise<void> {
    checkThreadName(name);
    await this.#threads.rename(this.#savedId("renamed"), name);
  }

  /**
   * Takes the thread out of the usual lists. Does nothing to one that is archived.
   * @throws ThreadBusyError while a turn runs or waits.
   */
  async archive(): Promise<void> {
    await this.#threads.archive(this.#idleId("archived"));
  }

  /** Takes the thread back into the usual lists. Does nothing to one that is not archived. */
  async unarchive(): Promise<void> {
    await this.#threads.unarchive(this.#savedId("unarchived"));
  }

  /**
   * Deletes the thread for good. It is never interrupted for that.
   * @throws ThreadBusyError while a turn runs or waits; ThreadInUseError while forks of it are left.
   */
  async delete(): Promise<void> {
    await this.#threads.delete(this.#idleId("deleted"));
  }

  get #threads() {
    return this.#transport.management.threads;
  }

  #savedId(done: string): string {
    const { id } = this;
    if (id !== null) return id;
    throw new InvalidInputError(`This thread cannot be ${done}: it has no id until its first turn has begun.`);
  }

  #idleId(done: string): string {
    const id = this.#savedId(done);
    if (this.#queue.isIdle) return id;
    throw new ThreadBusyError(
      `Thread ${id} cannot be ${done} while a turn of it runs or waits. Wait for it or interrupt it first.`,
    );
  }

  /** Claims the turn's place in the order of calls, until the work is over. */
  async #inPlace<Result>(work: (ready: Promise<void>) => Promise<Result>): Promise<Result> {
    const place = this.#takePlace();
    try {
      return await work(place.ready);
    } finally {
      place.leave();
    }
  }

  async #streamed<Output>(plan: (ready: Promise<void>) => Promise<TurnPlan<Output>>): Promise<StreamedTurn<Output>> {
    const place = this.#takePlace();
    try {
      const turn = new StreamedTurn(await plan(place.ready));
      turn.completed().then(place.leave, place.leave);
      return turn;
    } catch (error) {
      place.leave();
      throw error;
    }
  }

  #takePlace(): Place {
    this.#checkNotInCall();
    return this.#queue.take();
  }

  /** A tool that waits for the next turn of its own thread would wait for itself. */
  #checkNotInCall(): void {
    const call = callOf(this.id);
    if (!call) return;
    throw new ThreadBusyError(
      `The tool "${call.tool}" is called in a turn of this thread, whose next turn would wait for that one to end. ` +
        "Use another thread in the tool, or run the next turn when this one is over.",
    );
  }

  /** The plan of a turn that needs no input. */
  #workPlan(
    options: ReviewOptions,
    ready: Promise<void>,
    start: (emit: EventSink) => RunningTurn | undefined,
  ): TurnPlan<undefined> {
    checkTurnOptions(options);
    const { signal, timeoutMs, idleTimeoutMs } = options;
    if (signal?.aborted) throw abortError(signal);
    checkDirectories(this.#options, this.id === null);
    return {
      limits: { timeoutMs, idleTimeoutMs },
      signal,
      needsSandbox: this.#needsSandbox,
      ready,
      start: (emit) => start(emit) ?? this.#refuse(),
      parse: () => Promise.resolve(undefined),
    };
  }

  get #needsSandbox(): boolean {
    return this.#options.sandboxMode !== "danger-full-access" && this.#options.onApproval === undefined;
  }

  #refuse(): never {
    throw new UnsupportedError(
      `The "${this.#transport.name}" transport cannot do this. Use \`transport: "app-server"\`.`,
    );
  }

  async #plan(input: Input, options: TurnOptions, ready: Promise<void>): Promise<TurnPlan<unknown>> {
    checkTurnOptions(options);
    const { signal, timeoutMs, idleTimeoutMs } = options;
    if (signal?.aborted) throw abortError(signal);
    checkDirectories(this.#options, this.id === null);
    await prepareTools(this.#options.tools ?? []);
    const { request, parse } = await prepareTurn(input, options);
    if (signal?.aborted) throw abortError(signal);
    return {
      limits: { timeoutMs, idleTimeoutMs },
      signal,
      needsSandbox: this.#needsSandbox,
      ready,
      start: (emit) => this.#thread.startTurn(request, emit),
      parse,
    };
  }
}
