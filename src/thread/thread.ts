// `Thread`: a conversation with the agent. Runs one turn at a time.
import { InvalidInputError, ThreadBusyError } from "../errors/errors.js";
import type { Input } from "../input/input.js";
import { splitForkOptions } from "../options/fork-options.js";
import type { ForkOptions } from "../options/fork-options.js";
import type { ThreadOptions, TurnOptions, UntypedTurnOptions } from "../options/options.js";
import type { Instruments } from "../instruments/instruments.js";
import { ThreadInstruments } from "../instruments/thread-instruments.js";
import { checkReviewTarget } from "../options/review-target.js";
import type { ReviewOptions, ReviewTarget } from "../options/review-target.js";
import { checkThreadName, checkTurnOptions } from "../options/option-checks.js";
import type { RecordedEvent, ThreadEventsOptions } from "../records/recorded-event.js";
import type { TurnRecord } from "../records/turn-record.js";
import type { InferOutput, OutputSchema } from "../schema/output-schema.js";
import type { MarkValue } from "../thread-store/thread-append.js";
import type { StoredThreadAccess, Transport, TransportThread, TurnOnce } from "../transport/transport.js";
import type { ThreadKey, TurnQueue } from "../transport/turn-queue.js";
import type { ModelCall } from "../usage/turn-usage.js";
import { StreamedTurn } from "../turn/streamed-turn.js";
import type { Turn } from "../turn/turn.js";
import { TurnRun } from "../turn/turn-run.js";
import { ThreadSearch } from "./thread-search.js";
import { planPrompt, planWork } from "./turn-plans.js";
import type { QueuedPlan, TurnContext } from "./turn-plans.js";

/** Shared by the threads of one `Codex`. */
export interface ThreadOwner {
  queue: TurnQueue;
  instruments: Instruments;
}

/** A conversation with the agent. Created by `Codex.startThread` and `Codex.resumeThread`. */
export class Thread {
  readonly #transport: Transport;
  readonly #options: ThreadOptions;
  readonly #owner: ThreadOwner;
  readonly #queue: TurnQueue;
  readonly #instruments: ThreadInstruments;
  #thread: TransportThread;
  /** Undefined once a thread that was passed by name is found. */
  #search: ThreadSearch | undefined;

  /** @internal `isFork` means that another thread paid for the history. */
  constructor(
    transport: Transport,
    thread: TransportThread,
    options: ThreadOptions,
    owner: ThreadOwner,
    { find, isFork = false }: { find?: (() => Promise<TransportThread>) | undefined; isFork?: boolean } = {},
  ) {
    this.#transport = transport;
    this.#thread = thread;
    this.#options = options;
    this.#owner = owner;
    this.#queue = owner.queue;
    this.#search = find && new ThreadSearch(find, transport.closing);
    this.#instruments = new ThreadInstruments(owner.instruments, {
      options,
      limitsRollout: transport.name === "app-server",
      canPause: transport.name === "app-server",
      threadId: () => this.id,
      readCalls: (thread.id === null && !find) || isFork ? undefined : () => this.#recordedCalls(),
    });
  }

  /** The thread's ID; null until its first turn has started, or until a thread that is resumed by name was found. */
  get id(): string | null {
    return this.#thread.id;
  }

  /**
   * Runs a turn until it ends. If another turn is running, the turn waits for it.
   * @throws CodexError whose `turn` holds the partial result; InvalidInputError before anything is sent; ThreadBusyError
   * if it is called from a tool or handler of a turn that would have to end first.
   */
  run<Schema>(input: Input, options: UntypedTurnOptions<Schema>): Promise<Turn>;
  run<const Schema extends OutputSchema | undefined = undefined>(
    input: Input,
    options?: TurnOptions<Schema>,
  ): Promise<Turn<InferOutput<Schema>>>;
  async run(input: Input, options: TurnOptions = {}): Promise<Turn> {
    const requestedAt = this.#search && (await this.#found(options));
    return this.#result(planPrompt(this.#context(requestedAt), input, options));
  }

  /**
   * Starts a turn and streams its events.
   * @throws InvalidInputError before anything is sent; ThreadBusyError as `run` does.
   */
  runStreamed<Schema>(input: Input, options: UntypedTurnOptions<Schema>): Promise<StreamedTurn>;
  runStreamed<const Schema extends OutputSchema | undefined = undefined>(
    input: Input,
    options?: TurnOptions<Schema>,
  ): Promise<StreamedTurn<InferOutput<Schema>>>;
  async runStreamed(input: Input, options: TurnOptions = {}): Promise<StreamedTurn> {
    const requestedAt = this.#search && (await this.#found(options));
    return this.#stream(planPrompt(this.#context(requestedAt), input, options));
  }

  /**
   * Starts a turn in which the agent reviews changes without changing anything. `finalResponse` is the review.
   * @throws InvalidInputError before anything is sent; UnsupportedError over `exec`; ThreadBusyError as `run` does.
   */
  async review(target: ReviewTarget, options: ReviewOptions = {}): Promise<StreamedTurn<undefined>> {
    checkReviewTarget(target);
    const requestedAt = this.#search && (await this.#found(options));
    const prepare = () => this.#thread.prepareReview({ ...target });
    return this.#stream(planWork(this.#context(requestedAt), "review", options, prepare));
  }

  /**
   * Summarises the conversation to free space in the model's context window. Waits for earlier turns, and resolves when
   * Codex has finished.
   * @throws CodexError if it fails; InvalidInputError for a thread without a turn; UnsupportedError over `exec`;
   * ThreadBusyError as `run` does.
   */
  async compact(options: ReviewOptions = {}): Promise<void> {
    const requestedAt = this.#search && (await this.#found(options));
    const start = () => {
      const compaction = this.#thread.prepareCompaction();
      // A thread that was just created gets its ID from earlier turns.
      return (host: Parameters<typeof compaction>[0]) => {
        this.#savedId("compacted");
        return compaction(host);
      };
    };
    await this.#result(planWork(this.#context(requestedAt), "compaction", options, start));
  }

  /**
   * Creates a thread with this thread's history, or with the history up to and including a turn. Both continue
   * independently. Without `atTurn`, it waits for the turns that were started before.
   * @throws ThreadBusyError if `atTurn` is running, and as `run` does; InvalidInputError for a turn that is not in the
   * thread, and for a thread without a turn; UnsupportedError over `exec`, and for an ephemeral thread.
   */
  async fork(options: ForkOptions = {}): Promise<Thread> {
    const { atTurn, given } = splitForkOptions(options);
    if (this.#search) await this.#found();
    const { config } = this.#instruments;
    // The configuration as the caller passed it.
    const inherited = { ...this.#options, config: config as ThreadOptions["config"], ephemeral: undefined };
    const own: ThreadOptions = { ...inherited, ...given };
    const queued = atTurn === undefined ? this.#queue.enqueue(this.#key) : undefined;
    try {
      await queued?.ready;
      const thread = await this.#threads.fork(this.#savedId("forked"), atTurn, own);
      return new Thread(this.#transport, thread, own, this.#owner, { isFork: true });
    } finally {
      queued?.remove();
    }
  }

  /**
   * Creates the thread before its first turn, so that its ID can be recorded before anything is sent. Requires a store.
   * @param title - The thread's title. Codex saves a thread without turns only if it has one.
   * @returns The thread's ID.
   * @throws InvalidInputError for an empty title, and without a store; StoreError.
   */
  async create(title: string): Promise<string> {
    checkThreadName(title);
    const stored = this.#stored;
    if (this.id !== null) return this.id;
    return stored.create(title);
  }

  /**
   * Releases the thread to its store once its turns have ended, so that another machine can use it immediately. Otherwise
   * the thread is released after `releaseAfterMs`, or by `close()`. The next turn claims it again.
   * @throws InvalidInputError without a store; ThreadBusyError as `run` does.
   */
  async release(): Promise<void> {
    const stored = this.#stored;
    const queued = this.#queue.enqueue(this.#key);
    try {
      await queued.ready;
      await stored.release();
    } finally {
      queued.remove();
    }
  }

  /**
   * Reads the thread's events from the store, in any process, while another process runs the turn, and also after that
   * process was lost (`turn.restarted`). Pass the last cursor as `after` to continue: each event is returned once.
   *
   * Neither starts Codex nor claims the thread. Sub-agents, `thread.started`, notices and deltas are not included.
   * @throws InvalidInputError for a thread without an ID or a store, and for an invalid `after`; ThreadNotFoundError;
   * StoreError.
   */
  async *events(options: ThreadEventsOptions = {}): AsyncGenerator<RecordedEvent, void, undefined> {
    if (this.#search) await this.#found({ signal: { ...options }.signal });
    const stored = this.#stored;
    this.#savedId("followed");
    const { threadEvents } = await import("./thread-events.js");
    yield* threadEvents(stored, { ...options });
  }

  /** @internal */
  async recordedMark(key: string): Promise<MarkValue | undefined> {
    if (this.#search) await this.#found();
    const stored = this.#stored;
    this.#savedId("run at most once");
    return stored.mark(key);
  }

  /** @internal */
  async runAttempt(input: Input, options: TurnOptions, once: TurnOnce): Promise<StreamedTurn> {
    return this.#stream(planPrompt(this.#context(), input, options, once));
  }

  get #stored(): StoredThreadAccess {
    const { stored } = this.#thread;
    if (stored) return stored;
    throw new InvalidInputError(
      "This thread is not kept in a store. Pass the option `store` to `Codex`, and do not make the thread ephemeral.",
    );
  }

  /**
   * Returns the recorded turns, oldest first. A running turn has the items that were recorded so far.
   * @throws InvalidInputError for a thread without a turn; UnsupportedError over `exec`, and for an ephemeral thread.
   */
  async history(): Promise<TurnRecord[]> {
    if (this.#search) await this.#found();
    const { turns } = await this.#threads.read(this.#savedId("read"));
    return turns;
  }

  /**
   * Sets the thread's title.
   * @throws InvalidInputError for an empty title, and for a thread without a turn; ThreadArchivedError.
   */
  async rename(name: string): Promise<void> {
    checkThreadName(name);
    if (this.#search) await this.#found();
    await this.#threads.rename(this.#savedId("renamed"), name);
  }

  /**
   * Removes the thread from the default lists. Does nothing if it is archived.
   * @throws ThreadBusyError while a turn is running or queued.
   */
  async archive(): Promise<void> {
    if (this.#search) await this.#found();
    await this.#threads.archive(this.#idleId("archived"));
  }

  /** Returns the thread to the default lists. Does nothing if it is not archived. */
  async unarchive(): Promise<void> {
    if (this.#search) await this.#found();
    await this.#threads.unarchive(this.#savedId("unarchived"));
  }

  /**
   * Deletes the thread permanently. Does not interrupt its turns.
   * @throws ThreadBusyError while a turn is running or queued; ThreadInUseError while forks of it exist.
   */
  async delete(): Promise<void> {
    if (this.#search) await this.#found();
    await this.#threads.delete(this.#idleId("deleted"));
  }

  get #threads() {
    return this.#transport.management.threads;
  }

  /** The key of the thread in the queue, also before it has an ID. */
  get #key(): ThreadKey {
    return this.id ?? this.#thread;
  }

  #context(requestedAt?: number): TurnContext {
    const { closing } = this.#transport;
    return { thread: this.#thread, options: this.#options, closing, instruments: this.#instruments, requestedAt };
  }

  /** The model requests that the thread made before this object was created. */
  async #recordedCalls(): Promise<ModelCall[]> {
    if (this.id === null) return [];
    if (this.#thread.recordedCalls) return this.#thread.recordedCalls();
    // If the thread cannot be read, its turn fails with the reason.
    const turns = await this.#threads.read(this.id).then(
      (thread) => thread.turns,
      () => [],
    );
    return turns.flatMap(({ calls, subagents }) => [...calls, ...subagents.flatMap((subagent) => subagent.calls)]);
  }

  /** Opens the thread that was passed by name, within the limits of the turn. @returns the time of the call. */
  async #found(options: ReviewOptions = {}): Promise<number> {
    checkTurnOptions(options);
    const requestedAt = performance.now();
    const thread = await this.#search?.found(options);
    if (thread && this.#search) this.#thread = thread;
    this.#search = undefined;
    return requestedAt;
  }

  #savedId(done: string): string {
    const { id } = this;
    if (id !== null) return id;
    throw new InvalidInputError(
      `This thread cannot be ${done}: it does not have an ID until its first turn has started. Run a turn first.`,
    );
  }

  #idleId(done: string): string {
    const id = this.#savedId(done);
    if (this.#queue.isIdle(id)) return id;
    throw new ThreadBusyError(
      `Thread ${id} cannot be ${done} while one of its turns is running or queued. Wait for the turn, or interrupt it first.`,
    );
  }

  #result<Output>(plan: QueuedPlan<Output>): Promise<Turn<Output>> {
    return this.#enqueue(plan, (queued) => new TurnRun(queued, () => undefined)).result;
  }

  #stream<Output>(plan: QueuedPlan<Output>): Promise<StreamedTurn<Output>> {
    return this.#enqueue(plan, (queued) => new StreamedTurn(queued)).whenPrepared();
  }

  /** Enqueues the turn in the order of calls, and removes it when it has ended. */
  #enqueue<Output, Run extends { completed(): Promise<unknown> }>(
    plan: QueuedPlan<Output>,
    run: (plan: ReturnType<QueuedPlan<Output>>) => Run,
  ): Run {
    const queued = this.#queue.enqueue(this.#key);
    const onStarted = (threadId: string) => this.#queue.rename(this.#thread, threadId);
    try {
      const turn = run(plan({ turn: queued, onStarted }));
      turn.completed().then(queued.remove, queued.remove);
      return turn;
    } catch (error) {
      queued.remove();
      throw error;
    }
  }
}
