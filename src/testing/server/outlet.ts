// Where an answer goes: the response of an HTTP request, or a WebSocket.
import type { ResponseEvent } from "./item-events.js";

export interface Outlet {
  /** Fires when the other side is gone or the model is closed. */
  readonly gone: AbortSignal;
  /** Answers with a status instead of a stream. */
  refuse(status: number, headers: Readonly<Record<string, string>>, body: string): void;
  event(event: ResponseEvent): void;
  /** Sends what is not an event where an event is expected. */
  garbage(text: string): void;
  /** The answer is complete. */
  end(): void;
  /** Closes the connection in order, though the answer is not complete. */
  stop(): void;
  /** Breaks the connection. */
  cut(): void;
}
