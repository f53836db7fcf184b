// The running turns of this server, for any number of viewers.
import { startTimer } from "../../internal/timer.js";
import * as is from "../../validation/check-options.js";
import type { Check } from "../../validation/check-options.js";
import { LiveTurn } from "./live-turn.js";
import type { LiveTurnOptions } from "./live-turn.js";
import { turnLogChecks } from "./turn-log.js";

export interface TurnHubOptions extends Omit<LiveTurnOptions, "id"> {
  /** How long a turn can be read after its end, in milliseconds. @defaultValue 60_000 */
  keepEndedMs?: number | undefined;
  /** The maximum number of ended turns that can be read. @defaultValue 100 */
  maxEnded?: number | undefined;
}

const checks = {
  ...turnLogChecks,
  answerTimeoutMs: is.milliseconds,
  keepEndedMs: is.millisecondsOrZero,
  maxEnded: is.wholeNumber(0),
} satisfies Record<keyof TurnHubOptions, Check>;

/**
 * Stores running turns, so that viewers can connect, disconnect and reconnect. A turn runs to its end with or without
 * viewers. The hub stores each turn once for all viewers, and removes it some time after its end.
 */
export class TurnHub {
  readonly #options: TurnHubOptions;
  readonly #turns = new Map<string, LiveTurn>();
  /** The newest turn of each thread. */
  readonly #newest = new Map<string, LiveTurn>();
  readonly #ended = new Map<LiveTurn, NodeJS.Timeout | undefined>();

  /** @throws InvalidInputError */
  constructor(options: TurnHubOptions = {}) {
    is.checkOptions(options, checks, "TurnHubOptions");
    this.#options = options;
  }

  /** The number of running turns. */
  get runningCount(): number {
    return this.#turns.size - this.#ended.size;
  }

  /** Registers a turn that is about to start. Pass its `handlers` to the thread, then call `follow(turn)`. */
  open(options: { id?: string; threadId?: string } = {}): LiveTurn {
    const live: LiveTurn = new LiveTurn(
      { ...this.#options, ...(options.id !== undefined && { id: options.id }) },
      (threadId) => this.#newest.set(threadId, live),
    );
    this.#turns.set(live.id, live);
    // From here on, the thread has a running turn, so that a second one cannot start.
    if (options.threadId !== undefined) this.#newest.set(options.threadId, live);
    void live.ended().then(() => this.#onEnded(live, options.threadId));
    return live;
  }

  /** The running turn of a thread, or the last one if it is still stored. */
  ofThread(threadId: string): LiveTurn | undefined {
    return this.#newest.get(threadId);
  }

  /** The turn with this ID, if it is running or still stored. */
  get(id: string): LiveTurn | undefined {
    return this.#turns.get(id);
  }

  /** Interrupts all turns. Resolves when they have ended. */
  async close(): Promise<void> {
    await Promise.all([...this.#turns.values()].filter(({ isRunning }) => isRunning).map((live) => live.stop()));
    for (const live of this.#ended.keys()) this.#drop(live);
  }

  #onEnded(live: LiveTurn, threadId: string | undefined): void {
    const { keepEndedMs = 60_000, maxEnded = 100 } = this.#options;
    // A turn that could not start does not have anything to read.
    if (live.threadId === undefined && threadId !== undefined) this.#removeFromThread(threadId, live);
    const timer = startTimer(keepEndedMs, () => this.#drop(live));
    timer?.unref();
    this.#ended.set(live, timer);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > maxEnded && oldest) this.#drop(oldest);
  }

  #drop(live: LiveTurn): void {
    clearTimeout(this.#ended.get(live));
    this.#ended.delete(live);
    this.#turns.delete(live.id);
    if (live.threadId !== undefined) this.#removeFromThread(live.threadId, live);
  }

  #removeFromThread(threadId: string, live: LiveTurn): void {
    if (this.#newest.get(threadId) === live) this.#newest.delete(threadId);
  }
}
