// The server on loopback that Codex takes for the Responses API.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { HttpOutlet } from "./http-outlet.js";
import { isJsonObject } from "../../internal/json.js";
import type { RawRequest } from "./model-request.js";
import { parsedBody, respondTo, type RequestHandler } from "./respond-to.js";
import { WebSocketConnections } from "./websocket-connections.js";

const basePath = "/v1";
const responsesPath = `${basePath}/responses`;

export class ModelServer {
  readonly #server: Server;
  readonly #handler: RequestHandler;
  readonly #webSockets: WebSocketConnections;

  private constructor(handler: RequestHandler, acceptsWebSockets: boolean) {
    this.#handler = handler;
    this.#webSockets = new WebSocketConnections(handler);
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on("error", () => socket.destroy());
      if (acceptsWebSockets && pathOf(request) === responsesPath) {
        this.#webSockets.accept(request, socket, head).catch(() => socket.destroy());
      } else {
        handler.recordOther(rawRequest(request, ""));
        socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
      }
    });
    // A forgotten model must not keep its program alive.
    this.#server.unref();
    this.#server.on("connection", (socket) => socket.unref());
    this.#server.on("clientError", (_error, socket) => socket.destroy());
  }

  static async listen(
    handler: RequestHandler,
    { acceptsWebSockets }: { acceptsWebSockets: boolean },
  ): Promise<ModelServer> {
    const server = new ModelServer(handler, acceptsWebSockets);
    await new Promise<void>((resolve, reject) => {
      server.#server.once("error", reject);
      server.#server.listen(0, "127.0.0.1", resolve);
    });
    return server;
  }

  get baseUrl(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${basePath}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#webSockets.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const outlet = new HttpOutlet(response);
    const raw = rawRequest(request, await bodyText(request));
    if (raw.method === "POST" && pathOf(request) === responsesPath) {
      if (lacksModelAndInput(raw.body)) {
        this.#handler.recordOther(raw);
        outlet.refuse(
          400,
          {},
          JSON.stringify({ error: { message: "`model` and `input` are required.", type: "invalid_request_error" } }),
        );
        return;
      }
      await respondTo(this.#handler, raw, [], outlet);
      return;
    }
    this.#handler.recordOther(raw);
    const reason = `ScriptedModel serves only POST ${responsesPath}, not ${raw.method} ${raw.url}.`;
    outlet.refuse(404, { "content-type": "text/plain" }, reason);
  }
}

/** Any implementation rejects such a request. It is not recorded as a request for a response. */
function lacksModelAndInput(body: unknown): boolean {
  return isJsonObject(body) && !("model" in body) && !("input" in body);
}

function rawRequest({ method = "", url = "", headers }: IncomingMessage, body: string): RawRequest {
  return { kind: "http", method, url, headers, body: parsedBody(body) };
}

async function bodyText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? url;
}
