// An HTTP server on loopback that acts as the Responses API.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

export const basePath = "/v1";

export interface ReceivedRequest {
  message: IncomingMessage;
  body: string;
}

export interface LoopbackHandler {
  /** Answers a request. If it rejects, the connection is cut. */
  serve(request: ReceivedRequest, response: ServerResponse): Promise<void>;
  /** Answers a WebSocket upgrade. Without it, upgrades are rejected. */
  upgrade?(message: IncomingMessage, socket: Duplex, head: Buffer): void;
  onFailure?(error: unknown): void;
}

export class LoopbackServer {
  readonly #server: Server;
  readonly #open = new Set<Promise<void>>();

  private constructor(handler: LoopbackHandler) {
    this.#server = createServer((message, response) => {
      const work = bodyOf(message)
        .then((body) => handler.serve({ message, body }, response))
        .catch((error: unknown) => {
          handler.onFailure?.(error);
          response.destroy();
        });
      this.#open.add(work);
      void work.then(() => this.#open.delete(work));
    });
    this.#server.on("upgrade", (message: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on("error", () => socket.destroy());
      if (handler.upgrade) handler.upgrade(message, socket, head);
      else refuseUpgrade(socket);
    });
    this.#server.on("clientError", (_error, socket) => socket.destroy());
    // A server that is not closed must not keep the process alive.
    this.#server.unref();
    this.#server.on("connection", (socket) => socket.unref());
  }

  static async listen(handler: LoopbackHandler): Promise<LoopbackServer> {
    const server = new LoopbackServer(handler);
    await new Promise<void>((resolve, reject) => {
      server.#server.once("error", reject);
      server.#server.listen(0, "127.0.0.1", resolve);
    });
    return server;
  }

  get baseUrl(): string {
    // A TCP server has an address with a port.
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${basePath}`;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Settles when all requests have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#open);
  }
}

export function refuseUpgrade(socket: Duplex): void {
  socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
