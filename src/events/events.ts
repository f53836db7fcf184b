// The events of a turn, in the order a reader sees them.
import type { CodexErrorCode } from "./error-code.js";
import type { ThreadItem } from "./items.js";

/** Tokens, counted by the model's endpoint. */
export interface Usage {
  input_tokens: number;
  /** Those of `input_tokens` that the endpoint had cached. */
  cached_input_tokens: number;
  /** Those of `input_tokens` that were written to the cache. */
  cache_write_input_tokens: number;
  output_tokens: number;
  /** Those of `output_tokens` that were reasoning. */
  reasoning_output_tokens: number;
}

/** The first event of every turn: the thread has this id from here on. */
export interface ThreadStartedEvent {
  type: "thread.started";
  thread_id: string;
}

/** The prompt is with the agent. */
export interface TurnStartedEvent {
  type: "turn.started";
}

/** The turn ended well. */
export interface TurnCompletedEvent {
  type: "turn.completed";
  /** This turn's tokens, not the conversation's sum. All zero where the endpoint reported none. */
  usage: Usage;
}

export interface ThreadError {
  message: string;
  /** The code of the error that `completed()` rejects with. */
  code?: CodexErrorCode;
}

/** The turn ended badly. */
export interface TurnFailedEvent {
  type: "turn.failed";
  error: ThreadError;
}

/** An item began. */
export interface ItemStartedEvent {
  type: "item.started";
  item: ThreadItem;
}

/** An item grew or changed. */
export interface ItemUpdatedEvent {
  type: "item.updated";
  /** The whole item so far. A server that forwards events to others should send only `item.id` and `delta`. */
  item: ThreadItem;
  /** For text that grows (messages, reasoning, command output): what was added. */
  delta?: string;
}

/** An item is final. */
export interface ItemCompletedEvent {
  type: "item.completed";
  item: ThreadItem;
}

/** A notice about the stream, such as "Reconnecting... 1/5". It does not end the turn. */
export interface ThreadErrorEvent {
  type: "error";
  message: string;
}

export type ThreadEvent =
  | ThreadStartedEvent
  | TurnStartedEvent
  | TurnCompletedEvent
  | TurnFailedEvent
  | ItemStartedEvent
  | ItemUpdatedEvent
  | ItemCompletedEvent
  | ThreadErrorEvent;
