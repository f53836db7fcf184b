// The server on loopback that plays a script as the Responses API.
import type { IncomingMessage, ServerResponse } from "node:http";
import { HttpChannel } from "./http-channel.js";
import { basePath, LoopbackServer, refuseUpgrade } from "./loopback-server.js";
import type { ReceivedRequest } from "./loopback-server.js";
import { isJsonObject } from "../../internal/json.js";
import type { RawRequest } from "./model-request.js";
import { parsedBody, respondTo, type RequestHandler } from "./respond-to.js";
import { WebSocketConnections } from "./websocket-connections.js";

const responsesPath = `${basePath}/responses`;

export class ModelServer {
  readonly #server: LoopbackServer;
  readonly #webSockets: WebSocketConnections;

  private constructor(server: LoopbackServer, webSockets: WebSocketConnections) {
    this.#server = server;
    this.#webSockets = webSockets;
  }

  static async listen(
    handler: RequestHandler,
    { acceptsWebSockets }: { acceptsWebSockets: boolean },
  ): Promise<ModelServer> {
    const webSockets = new WebSocketConnections(handler);
    const server = await LoopbackServer.listen({
      serve: (request, response) => serve(handler, request, response),
      upgrade: (message, socket, head) => {
        if (acceptsWebSockets && pathOf(message) === responsesPath) {
          webSockets.accept(message, socket, head).catch(() => socket.destroy());
        } else {
          handler.recordOther(rawRequest(message, ""));
          refuseUpgrade(socket);
        }
      },
    });
    return new ModelServer(server, webSockets);
  }

  get baseUrl(): string {
    return this.#server.baseUrl;
  }

  async close(): Promise<void> {
    this.#webSockets.close();
    await this.#server.close();
  }
}

async function serve(
  handler: RequestHandler,
  { message, body }: ReceivedRequest,
  response: ServerResponse,
): Promise<void> {
  const channel = new HttpChannel(response);
  const raw = rawRequest(message, body);
  if (raw.method === "POST" && pathOf(message) === responsesPath) {
    if (lacksModelAndInput(raw.body)) {
      handler.recordOther(raw);
      channel.refuse(
        400,
        {},
        JSON.stringify({ error: { message: "`model` and `input` are required.", type: "invalid_request_error" } }),
      );
      return;
    }
    await respondTo(handler, raw, [], channel);
    return;
  }
  handler.recordOther(raw);
  const reason = `ScriptedModel serves only POST ${responsesPath}, not ${raw.method} ${raw.url}.`;
  channel.refuse(404, { "content-type": "text/plain" }, reason);
}

/** All implementations reject such a request. It is not recorded as a request for a response. */
function lacksModelAndInput(body: unknown): boolean {
  return isJsonObject(body) && !("model" in body) && !("input" in body);
}

function rawRequest({ method = "", url = "", headers }: IncomingMessage, body: string): RawRequest {
  return { kind: "http", method, url, headers, body: parsedBody(body) };
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? url;
}
