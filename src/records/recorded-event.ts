// The events of a thread as its store has them, for readers in any process.
import type { ThreadEvent } from "../events/events.js";
import type { HostAbortSignal } from "../internal/abort-signal.js";

/** The process that ran the turn was lost, and another one continues the turn without sending the prompt again. */
export interface TurnRestartedEvent {
  type: "turn.restarted";
  /** Codex's ID of the turn that was lost. Calls of it that have no `item.completed` may have run. */
  lost_turn_id: string;
}

/** An event that was read from a store. */
export interface RecordedEvent {
  /** The place after this event. Pass it as `after` to continue there. A short text without spaces, fit for an SSE `id`. */
  cursor: string;
  /** Codex's ID of the turn. */
  turnId: string | null;
  /** When Codex recorded it; null if that is not known. */
  recordedAt: Date | null;
  event: ThreadEvent | TurnRestartedEvent;
}

export interface ThreadEventsOptions {
  /** The `cursor` of an event, or the `eventsAfter` of an outcome. Events up to it are left out. @defaultValue the beginning */
  after?: string | undefined;
  /** Only the events of this turn of `runTurnOnce`; the iteration ends with the turn. Waits for a turn that has not begun. */
  turnKey?: string | undefined;
  /** Whether to wait for more at the end of what the store has. @defaultValue true */
  follow?: boolean | undefined;
  /** How often the store is asked for more, in milliseconds. @defaultValue 500 */
  pollMs?: number | undefined;
  /** Ends the iteration, which then rejects with the signal's reason. */
  signal?: HostAbortSignal | undefined;
}

/** A part of the events of a thread. */
export interface RecordedEventPage {
  events: RecordedEvent[];
  /** Where the next page begins. */
  cursor: string;
  /** Whether the store had nothing after it. */
  isLast: boolean;
}
