// The timers of a turn: for its whole duration, and for the time without events.
import { TurnTimedOutError } from "../errors/errors.js";
import type { CodexError } from "../errors/errors.js";
import { startTimer } from "../internal/timer.js";

export interface Limits {
  timeoutMs?: number | undefined;
  idleTimeoutMs?: number | undefined;
  /** The time from which `timeoutMs` counts, by `performance.now()`. @defaultValue now */
  requestedAt?: number | undefined;
}

export class TurnLimits {
  readonly #limits: Limits;
  readonly #onExceeded: (reason: CodexError) => void;
  readonly #isBusy: () => boolean;
  readonly #total: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(limits: Limits, isBusy: () => boolean, onExceeded: (reason: CodexError) => void) {
    this.#limits = limits;
    this.#isBusy = isBusy;
    this.#onExceeded = onExceeded;
    const { timeoutMs, requestedAt = performance.now() } = limits;
    const remainingMs = timeoutMs && Math.max(timeoutMs - (performance.now() - requestedAt), 1);
    this.#total = timer(remainingMs, () => this.#exceed("timeoutMs"));
  }

  /** The turn is running: starts the idle timer. */
  start(): void {
    this.#idle ??= timer(this.#limits.idleTimeoutMs, () => this.#onIdle());
  }

  /** An event was received: restarts the idle timer. */
  onActivity(): void {
    this.#idle?.refresh();
  }

  stop(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#idle);
  }

  #onIdle(): void {
    if (this.#isBusy()) this.#idle?.refresh();
    else this.#exceed("idleTimeoutMs");
  }

  #exceed(limit: "timeoutMs" | "idleTimeoutMs"): void {
    this.stop();
    this.#onExceeded(new TurnTimedOutError(limit, this.#limits[limit] ?? 0));
  }
}

function timer(ms: number | undefined, onTimeout: () => void): NodeJS.Timeout | undefined {
  return ms === undefined ? undefined : startTimer(ms, onTimeout);
}
