// Sends an answer as Server-Sent Events over an HTTP response.
import type { ServerResponse } from "node:http";
import type { ResponseEvent } from "./item-events.js";
import type { ResponseChannel } from "./response-channel.js";

export class HttpChannel implements ResponseChannel {
  readonly disconnected: AbortSignal;
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    const disconnect = new AbortController();
    this.disconnected = disconnect.signal;
    this.#response = response;
    response.on("close", () => disconnect.abort());
  }

  refuse(status: number, headers: Readonly<Record<string, string>>, body: string): void {
    this.#response.writeHead(status, { "content-type": "application/json", ...headers });
    this.#response.end(body);
  }

  event(event: ResponseEvent): void {
    this.#write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }

  garbage(text: string): void {
    this.#write(`data: ${text}\n\n`);
  }

  end(): void {
    this.#begin();
    this.#response.end();
  }

  stop(): void {
    this.end();
  }

  abort(): void {
    const { socket } = this.#response;
    // Data that was written in this tick has not reached the socket yet, and must be sent.
    setImmediate(() => socket?.destroySoon());
  }

  #write(text: string): void {
    this.#begin();
    this.#response.write(text);
  }

  #begin(): void {
    if (this.#response.headersSent) return;
    this.#response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  }
}
