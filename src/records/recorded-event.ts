// The events of a thread in its store, for readers in any process.
import type { ThreadEvent } from "../events/events.js";
import type { HostAbortSignal } from "../internal/abort-signal.js";

/** The process that ran the turn was lost. Another one continues the turn, without sending the prompt again. */
export interface TurnRestartedEvent {
  type: "turn.restarted";
  /** Codex's ID of the lost turn. Its calls without `item.completed` may have run. */
  lost_turn_id: string;
}

/** An event that was read from a store. */
export interface RecordedEvent {
  /**
   * The cursor after this event. Pass it as `after` to continue there. A short text without spaces that can be used as
   * an SSE `id`.
   */
  cursor: string;
  /** Codex's ID of the turn. */
  turnId: string | null;
  /** When Codex recorded it; null if unknown. */
  recordedAt: Date | null;
  event: ThreadEvent | TurnRestartedEvent;
}

export interface ThreadEventsOptions {
  /**
   * The `cursor` of an event, or the `eventsAfter` of an outcome. Earlier events are skipped.
   * @defaultValue the beginning
   */
  after?: string | undefined;
  /**
   * Returns only the events of this turn of `runTurnOnce`, and ends with the turn. Waits for a turn that has not
   * started.
   */
  turnKey?: string | undefined;
  /** Whether to wait for further events at the end. @defaultValue true */
  follow?: boolean | undefined;
  /** The interval between reads of the store, in milliseconds. @defaultValue 500 */
  pollMs?: number | undefined;
  /** Aborts the iteration, which rejects with the signal's reason. */
  signal?: HostAbortSignal | undefined;
}

/** A page of the events of a thread. */
export interface RecordedEventPage {
  events: RecordedEvent[];
  /** The cursor of the next page. */
  cursor: string;
  /** Whether it is the last page. */
  isLast: boolean;
}
