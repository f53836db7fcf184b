// The HTTP server on the loopback interface.
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { JsonObject } from "../../internal/json.js";
import { HttpError } from "../../ui/routes/http-error.js";
import { readJsonBody } from "../../ui/routes/json-body.js";
import { readAsset } from "./assets.js";
import { checkRequest } from "./guard.js";
import { send, sendError, sendJson } from "./respond.js";
import { Session } from "./session.js";

export interface RouteCall {
  path: string;
  query: URLSearchParams;
  /** Undefined for read requests. */
  body: JsonObject | undefined;
  request: IncomingMessage;
  response: ServerResponse;
}

export interface InspectServerOptions {
  port: number;
  /** Whether the server keeps the process running. */
  keepAlive: boolean;
  /**
   * Handles requests below `/api/` that have a session. The result is sent as JSON; undefined if the handler has sent a
   * response.
   */
  route(call: RouteCall): Promise<unknown>;
}

const maxBodyBytes = 262_144;
const serverOptions = {
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  // How often Node.js checks for requests that exceed the time limit.
  connectionsCheckingInterval: 5_000,
  // `checkRequest` rejects requests without `Host`, with a message.
  requireHostHeader: false,
};

export class InspectServer {
  readonly #server: Server;
  readonly #options: InspectServerOptions;
  #session: Session | undefined;

  private constructor(options: InspectServerOptions) {
    this.#options = options;
    this.#server = createServer(serverOptions, (request, response) => {
      // `#serve` never rejects.
      void this.#serve(request, response);
    });
    this.#server.on("clientError", refuse);
    // By default, Node.js rejects such requests without a message.
    this.#server.on("connect", ({ socket }: IncomingMessage) =>
      answer(socket, "405 Method Not Allowed", "not_a_proxy"),
    );
    this.#server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
      const message = "The header Expect is not supported.";
      sendError(request, response, new HttpError(417, "expectation_failed", message));
    });
  }

  /** @throws the system's error if the port is in use. */
  static async start(options: InspectServerOptions): Promise<InspectServer> {
    const server = new InspectServer(options);
    await server.#listen();
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? this.#options.port;
  }

  /** The link. Without the token after it was used. */
  get url(): string {
    const token = this.#session?.token;
    return `http://127.0.0.1:${this.port}/${token === undefined ? "" : `#token=${token}`}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #listen(): Promise<void> {
    const { port, keepAlive } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    this.#session = new Session(this.port);
    if (keepAlive) return;
    this.#server.unref();
    this.#server.on("connection", (socket: Socket) => socket.unref());
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      checkRequest(request, this.port);
      const url = new URL(request.url ?? "/", "http://inspector");
      const isWrite = request.method === "POST";
      const asset = isWrite ? undefined : await readAsset(url.pathname);
      if (asset) return send(response, 200, asset.body, { "content-type": asset.type });
      if (!url.pathname.startsWith("/api/")) throw new HttpError(404, "not_found", "The page does not exist.");
      if (url.pathname === "/api/session" && isWrite) return await this.#exchange(request, response);
      if (!this.#session?.accepts(request.headers.cookie)) {
        throw new HttpError(
          401,
          "session_missing",
          "This browser does not have a session. Open the link that the inspector printed.",
        );
      }
      const body = isWrite ? await readBody(request) : undefined;
      const path = url.pathname.slice("/api".length);
      const result = await this.#options.route({ path, query: url.searchParams, body, request, response });
      if (result !== undefined) sendJson(response, result);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else sendError(request, response, error);
    }
  }

  async #exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { token } = await readBody(request);
    const cookie = typeof token === "string" ? this.#session?.exchange(token) : undefined;
    if (cookie === undefined) {
      throw new HttpError(
        401,
        "token_invalid",
        "The token is invalid or was already used. Restart the inspector for a new link.",
      );
    }
    sendJson(response, { ok: true }, 200, { "set-cookie": cookie });
  }
}

/** @throws HttpError */
function readBody(request: IncomingMessage): Promise<JsonObject> {
  // If the body is rejected, the connection is still required for the response.
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  return readJsonBody({ chunks, contentLength: request.headers["content-length"] }, maxBodyBytes);
}

/** Also responds to data that is not HTTP. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  if (error.code === "HPE_HEADER_OVERFLOW")
    return answer(socket, "431 Request Header Fields Too Large", "headers_too_large");
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") return answer(socket, "408 Request Timeout", "request_timeout");
  answer(socket, "400 Bad Request", "bad_request");
}

const messages = {
  bad_request: "The request is malformed.",
  headers_too_large: "The headers of the request are too large.",
  request_timeout: "The request took too long.",
  not_a_proxy: "The inspector is not a proxy.",
};

/** Writes a response without a parsed request, and closes the connection. */
function answer(socket: Duplex, status: string, code: keyof typeof messages): void {
  const body = JSON.stringify({ error: { code, message: messages[code] } });
  const head = `content-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close`;
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${body}`);
}
