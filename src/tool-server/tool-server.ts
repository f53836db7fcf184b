// An MCP server in this process, on loopback: Codex calls host tools through it if they cannot be passed directly.
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { wellFormed } from "../input/prepare-text.js";
import { answerMessage } from "./mcp-messages.js";
import type { HostedTools } from "./mcp-messages.js";
import { readBody } from "./read-body.js";

export interface ToolRegistration {
  /** The URL at which Codex finds the tools. */
  url: string;
  unregister(): void;
}

/** Starts with the first offer, does not keep the host alive, and requires a token. */
export class ToolServer {
  /** Sent to Codex over stdin. */
  readonly token = randomBytes(32).toString("base64url");
  /** Offers by URL path. */
  readonly #registrations = new Map<string, HostedTools>();
  #server: Promise<Server> | undefined;

  /** Serves these tools until they are withdrawn. */
  async register(tools: HostedTools): Promise<ToolRegistration> {
    this.#server ??= this.#start();
    const address = (await this.#server).address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const path = `/${randomBytes(16).toString("hex")}`;
    this.#registrations.set(path, tools);
    return { url: `http://127.0.0.1:${port}${path}`, unregister: () => void this.#registrations.delete(path) };
  }

  async close(): Promise<void> {
    const server = await this.#server?.catch(() => undefined);
    this.#registrations.clear();
    server?.closeAllConnections();
    server?.close();
  }

  async #start(): Promise<Server> {
    const { createServer } = await import("node:http");
    const server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    server.on("connection", (socket) => socket.unref());
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return server.unref();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A kept connection could be closed at the moment when Codex uses it again.
    response.setHeader("connection", "close");
    if (!this.#isAuthorized(request)) return void response.writeHead(401).end();
    if (request.method !== "POST") return void response.writeHead(405, { allow: "POST" }).end();
    const tools = this.#registrations.get(request.url ?? "");
    if (!tools) return void response.writeHead(404).end();
    const answer = await answerMessage(await readBody(request), tools);
    if (answer === undefined) return void response.writeHead(202).end();
    response.writeHead(200, { "content-type": "application/json" }).end(toJson(answer));
  }

  #isAuthorized({ headers }: IncomingMessage): boolean {
    const given = Buffer.from(headers.authorization ?? "");
    const right = Buffer.from(`Bearer ${this.token}`);
    return given.length === right.length && timingSafeEqual(given, right);
  }
}

/** Codex cannot read lone surrogates. */
function toJson(message: object): string {
  return JSON.stringify(message, (_, value: unknown) => (typeof value === "string" ? wellFormed(value) : value));
}
