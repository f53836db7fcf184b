// The server on loopback that stands between Codex and the endpoint.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const basePath = "/v1";

export interface ReceivedRequest {
  message: IncomingMessage;
  body: string;
}

export type Answerer = (request: ReceivedRequest, response: ServerResponse) => Promise<void>;

export class RecordServer {
  readonly #server: Server;
  readonly #open = new Set<Promise<void>>();

  private constructor(answer: Answerer, onFailure: (error: unknown) => void) {
    this.#server = createServer((message, response) => {
      const work = bodyOf(message)
        .then((body) => answer({ message, body }, response))
        .catch((error: unknown) => {
          onFailure(error);
          response.destroy();
        });
      this.#open.add(work);
      void work.then(() => this.#open.delete(work));
    });
    // Codex is told not to use WebSockets; whoever tries is refused.
    this.#server.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n"));
    this.#server.on("clientError", (_error, socket) => socket.destroy());
    // A forgotten server must not keep its program alive.
    this.#server.unref();
    this.#server.on("connection", (socket) => socket.unref());
  }

  static async listen(answer: Answerer, onFailure: (error: unknown) => void): Promise<RecordServer> {
    const server = new RecordServer(answer, onFailure);
    await new Promise<void>((resolve, reject) => {
      server.#server.once("error", reject);
      server.#server.listen(0, "127.0.0.1", resolve);
    });
    return server;
  }

  get baseUrl(): string {
    // A server that listens on TCP has an address with a port.
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${basePath}`;
  }

  /** Ends all connections, and settles when every request has been dealt with. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
    await Promise.all(this.#open);
  }
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
