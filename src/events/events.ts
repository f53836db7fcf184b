// The events of a turn, in the order in which they are emitted.
import type { CodexErrorCode } from "./error-code.js";
import type { ThreadItem } from "./items.js";

/** Token counts, as reported by the model's endpoint. */
export interface Usage {
  input_tokens: number;
  /** The part of `input_tokens` that the endpoint read from its cache. */
  cached_input_tokens: number;
  /** The part of `input_tokens` that was written to the cache. */
  cache_write_input_tokens: number;
  output_tokens: number;
  /** The part of `output_tokens` that was used for reasoning. */
  reasoning_output_tokens: number;
}

/** The first event of every turn. Contains the thread's ID. */
export interface ThreadStartedEvent {
  type: "thread.started";
  thread_id: string;
}

/** The agent has received the prompt. */
export interface TurnStartedEvent {
  type: "turn.started";
}

/** The turn succeeded. */
export interface TurnCompletedEvent {
  type: "turn.completed";
  /** The tokens of this turn, not of the conversation. All zero if the endpoint did not report them. */
  usage: Usage;
}

export interface ThreadError {
  message: string;
  /** The code of the error that `completed()` rejects with. */
  code?: CodexErrorCode;
}

/** The turn failed. */
export interface TurnFailedEvent {
  type: "turn.failed";
  error: ThreadError;
}

/** An item was started. */
export interface ItemStartedEvent {
  type: "item.started";
  item: ThreadItem;
}

/** An item grew or changed. */
export interface ItemUpdatedEvent {
  type: "item.updated";
  /** The whole item so far. A server that forwards events to others should send only `item.id` and `delta`. */
  item: ThreadItem;
  /** The added text of a message, of reasoning or of a command's output. */
  delta?: string;
}

/** An item is final. */
export interface ItemCompletedEvent {
  type: "item.completed";
  item: ThreadItem;
}

/** A problem with the stream, such as "Reconnecting... 1/5". The turn continues. */
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
