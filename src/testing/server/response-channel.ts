// The channel for an answer: the response of an HTTP request, or a WebSocket.
import type { ResponseEvent } from "./item-events.js";

export interface ResponseChannel {
  /** Aborts when the client has disconnected or the model is closed. */
  readonly disconnected: AbortSignal;
  /** Answers with a status instead of a stream. */
  refuse(status: number, headers: Readonly<Record<string, string>>, body: string): void;
  event(event: ResponseEvent): void;
  /** Sends data that is not an event. */
  garbage(text: string): void;
  /** The answer is complete. */
  end(): void;
  /** Closes the connection in order, before the answer is complete. */
  stop(): void;
  /** Breaks the connection. */
  abort(): void;
}
