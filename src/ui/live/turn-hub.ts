// The turns that run on this server, for any number of viewers.
import { LiveTurn } from "./live-turn.js";
import type { LiveTurnOptions } from "./live-turn.js";

export interface TurnHubOptions extends Omit<LiveTurnOptions, "id"> {
  /** How long a turn that has ended can still be read, in milliseconds. @defaultValue 60_000 */
  keepEndedMs?: number | undefined;
  /** The most turns that have ended and can still be read. @defaultValue 100 */
  maxEnded?: number | undefined;
}

/**
 * Keeps running turns readable, so that viewers can come, go and come back. A turn runs to its end whether anybody
 * watches or not. The hub holds each turn once, however many viewers there are, and drops it some time after its end.
 */
export class TurnHub {
  readonly #options: TurnHubOptions;
  readonly #turns = new Map<string, LiveTurn>();
  /** The newest turn of each thread. */
  readonly #newest = new Map<string, LiveTurn>();
  readonly #ended = new Map<LiveTurn, NodeJS.Timeout>();

  constructor(options: TurnHubOptions = {}) {
    this.#options = options;
  }

  /** How many turns are running. */
  get runningCount(): number {
    return this.#turns.size - this.#ended.size;
  }

  /** A place for a turn that is about to start: give its `handlers` to the thread, then call `follow(turn)`. */
  open(options: { id?: string; threadId?: string } = {}): LiveTurn {
    const live: LiveTurn = new LiveTurn(
      { ...this.#options, ...(options.id !== undefined && { id: options.id }) },
      (threadId) => this.#newest.set(threadId, live),
    );
    this.#turns.set(live.id, live);
    // From here on, the thread has a running turn: a second one must not start beside it.
    if (options.threadId !== undefined) this.#newest.set(options.threadId, live);
    void live.ended().then(() => this.#keep(live, options.threadId));
    return live;
  }

  /** The running turn of a thread, or the one that ended last if it is still kept. */
  ofThread(threadId: string): LiveTurn | undefined {
    return this.#newest.get(threadId);
  }

  /** The turn with this ID, if it is running or still kept. */
  get(id: string): LiveTurn | undefined {
    return this.#turns.get(id);
  }

  /** Interrupts all turns. Resolves when they have ended. */
  async close(): Promise<void> {
    await Promise.all([...this.#turns.values()].filter(({ isRunning }) => isRunning).map((live) => live.stop()));
    for (const live of this.#ended.keys()) this.#drop(live);
  }

  #keep(live: LiveTurn, threadId: string | undefined): void {
    const { keepEndedMs = 60_000, maxEnded = 100 } = this.#options;
    // A turn that could not be started leaves nothing to read.
    if (live.threadId === undefined && threadId !== undefined) this.#forget(threadId, live);
    const timer = setTimeout(() => this.#drop(live), keepEndedMs);
    timer.unref();
    this.#ended.set(live, timer);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > maxEnded && oldest) this.#drop(oldest);
  }

  #drop(live: LiveTurn): void {
    clearTimeout(this.#ended.get(live));
    this.#ended.delete(live);
    this.#turns.delete(live.id);
    if (live.threadId !== undefined) this.#forget(live.threadId, live);
  }

  #forget(threadId: string, live: LiveTurn): void {
    if (this.#newest.get(threadId) === live) this.#newest.delete(threadId);
  }
}
