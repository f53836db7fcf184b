// The server on loopback: takes codex's requests, asks for each one's answer, and plays it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HttpOutlet } from "./http-outlet.js";
import type { InputItem, ModelRequest, RawRequest } from "./model-request.js";
import type { OutputItem } from "./output-item.js";
import type { Outlet } from "./outlet.js";
import { play } from "./play.js";
import type { Answer } from "./part.js";

/** What the server asks of the scripted model. */
export interface RequestHandler {
  /** Records a request for a response. */
  record(raw: RawRequest, earlier: readonly InputItem[]): ModelRequest;
  /** Records any other request. */
  recordOther(raw: RawRequest): void;
  /** The answer to a request. May throw. */
  answer(request: ModelRequest): Promise<Answer>;
}

const basePath = "/v1";

export class ModelServer {
  readonly #server: Server;
  readonly #handler: RequestHandler;

  private constructor(handler: RequestHandler) {
    this.#handler = handler;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    // A forgotten model must not keep its program alive.
    this.#server.unref();
    this.#server.on("connection", (socket) => socket.unref());
    this.#server.on("clientError", (_error, socket) => socket.destroy());
  }

  static async listen(handler: RequestHandler): Promise<ModelServer> {
    const server = new ModelServer(handler);
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
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readRequest(request);
    const outlet = new HttpOutlet(response);
    if (raw.method === "POST" && pathOf(raw) === `${basePath}/responses`) {
      await respondTo(this.#handler, raw, [], outlet);
      return;
    }
    this.#handler.recordOther(raw);
    const reason = `ScriptedModel serves only ${basePath}/responses, not ${raw.method} ${raw.url}.`;
    outlet.refuse(404, { "content-type": "text/plain" }, reason);
  }
}

/** Records the request, then plays its answer. Returns the conversation after it, as codex may build on it. */
export async function respondTo(
  handler: RequestHandler,
  raw: RawRequest,
  earlier: readonly InputItem[],
  outlet: Outlet,
): Promise<{ id: string; items: readonly (InputItem | OutputItem)[] }> {
  const request = handler.record(raw, earlier);
  const id = `resp_${request.number}`;
  let answer: Answer;
  try {
    answer = await handler.answer(request);
  } catch (error) {
    // 400 is what codex neither retries nor hides.
    const reason = error instanceof Error ? error.message : String(error);
    outlet.refuse(400, { "content-type": "text/plain" }, `ScriptedModel: ${reason}`);
    return { id, items: request.input };
  }
  const output = await play(answer, { id, model: request.model }, outlet);
  return { id, items: [...request.input, ...output] };
}

async function readRequest(request: IncomingMessage): Promise<RawRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = "", url = "", headers } = request;
  return { kind: "http", method, url, headers, body: parsedBody(Buffer.concat(chunks).toString("utf8")) };
}

export function parsedBody(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function pathOf(raw: RawRequest): string {
  return raw.url.split("?", 1)[0] ?? "";
}
