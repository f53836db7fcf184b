// Sends an answer as messages over a WebSocket, which stays open for the next one.
import type { WebSocket } from "ws";
import type { ResponseEvent } from "./item-events.js";
import type { ResponseChannel } from "./response-channel.js";

export class WebSocketChannel implements ResponseChannel {
  readonly disconnected: AbortSignal;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, disconnect: AbortSignal) {
    this.#socket = socket;
    this.disconnected = disconnect;
  }

  /** Over WebSocket, a rejection is an event of type `error`. Data that is not an error is sent unchanged and ends the connection. */
  refuse(status: number, headers: Readonly<Record<string, string>>, body: string): void {
    if (status < 400) {
      this.garbage(body);
      this.stop();
      return;
    }
    this.event({ type: "error", status, headers, error: errorOf(body) });
  }

  event(event: ResponseEvent): void {
    this.garbage(JSON.stringify(event));
  }

  garbage(text: string): void {
    // Sending to a socket that is closing is not an error here.
    this.#socket.send(text, () => {});
  }

  end(): void {}

  stop(): void {
    this.#socket.close(1000);
  }

  abort(): void {
    setImmediate(() => this.#socket.terminate());
  }
}

function errorOf(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && "error" in parsed) return parsed.error;
  } catch {
    // It is not JSON: the text is the message.
  }
  return { type: "invalid_request_error", message: body };
}
