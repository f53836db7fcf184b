// The WebSocket part of the server: one connection carries the requests of one thread, one after the other.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket, WebSocketServer } from "ws";
import type { InputItem, RawRequest } from "./model-request.js";
import { parsedBody, respondTo, type Conversation, type RequestHandler } from "./respond-to.js";
import { WebSocketChannel } from "./websocket-channel.js";

export class WebSocketConnections {
  readonly #handler: RequestHandler;
  readonly #sockets = new Set<WebSocket>();
  #server: WebSocketServer | undefined;

  constructor(handler: RequestHandler) {
    this.#handler = handler;
  }

  async accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { WebSocketServer } = await import("ws");
    this.#server ??= new WebSocketServer({ noServer: true });
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#serve(webSocket, request));
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  #serve(socket: WebSocket, upgrade: IncomingMessage): void {
    this.#sockets.add(socket);
    const disconnect = new AbortController();
    socket.on("close", () => {
      this.#sockets.delete(socket);
      disconnect.abort();
    });
    // Every "error" is followed by a "close".
    socket.on("error", () => {});

    const { method = "", url = "", headers } = upgrade;
    let before: Conversation | undefined;
    let queue = Promise.resolve();
    socket.on("message", (data) => {
      const body = parsedBody(messageText(data));
      const raw: RawRequest = { kind: "websocket", method, url, headers, body };
      queue = queue
        .then(async () => {
          before = await this.#answer(raw, before, new WebSocketChannel(socket, disconnect.signal));
        })
        .catch(() => socket.terminate());
    });
  }

  async #answer(raw: RawRequest, before: Conversation | undefined, channel: WebSocketChannel): Promise<Conversation> {
    const body = typeof raw.body === "object" && raw.body !== null ? raw.body : {};
    const continues = "previous_response_id" in body && body.previous_response_id === before?.id;
    const earlier: readonly InputItem[] = continues && before ? before.items : [];
    // Codex warms up a connection with an empty request.
    const warmsUp = "generate" in body && body.generate === false;
    return await respondTo(this.#handler, raw, earlier, channel, { warmsUp });
  }
}

function messageText(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.from(data as ArrayBuffer).toString("utf8");
}
