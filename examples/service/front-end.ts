// The HTTP interface of the service. It reads the store and does not run Codex: turns run in the workers.
import http from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CodexError } from "codex-sdk";
import type { Codex } from "codex-sdk";
import type { ThreadState } from "codex-sdk/restate";

export interface FrontEndOptions {
  codex: Codex;
  /** The URL of Restate's ingress. */
  ingress: string;
  /** A report of the service for the demonstration. */
  report: () => unknown;
}

export interface FrontEnd {
  url: string;
  stop(): Promise<void>;
}

export async function startFrontEnd(options: FrontEndOptions): Promise<FrontEnd> {
  const server = http.createServer((request, response) => {
    handle(options, request, response).catch((error: unknown) => {
      const isKnown = CodexError.isInstance(error);
      if (response.headersSent) response.end();
      else reply(response, isKnown ? 400 : 500, { error: isKnown ? error.message : "The request failed." });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const posts: Record<string, string> = { turns: "run", steer: "steer", interrupt: "interrupt", approve: "approve" };

async function handle(options: FrontEndOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const [, collection, id, action] = url.pathname.split("/").map(decodeURIComponent);
  if (request.method === "GET" && collection === "report") return reply(response, 200, options.report());
  if (collection !== "conversations" || id === undefined || id === "")
    return reply(response, 404, { error: "Not found." });
  const call = (handler: string, body?: string, key?: string) =>
    fetch(`${options.ingress}/codex-thread/${encodeURIComponent(id)}/${handler}`, {
      method: "POST",
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        // Restate runs the handler once for each key, however often the client repeats its request.
        ...(key !== undefined && { "idempotency-key": key }),
      },
      ...(body !== undefined && { body }),
    });
  if (request.method === "GET" && action === undefined) return forward(response, await call("state"));
  if (request.method === "GET" && action === "events") {
    const { threadId } = (await (await call("state")).json()) as ThreadState;
    if (threadId === null) return reply(response, 404, { error: "The conversation has no turn yet." });
    return stream(options.codex, threadId, url.searchParams, request, response);
  }
  const handler = request.method === "POST" ? posts[action ?? ""] : undefined;
  if (handler === undefined) return reply(response, 404, { error: "Not found." });
  const body = handler === "interrupt" ? undefined : await text(request);
  const key = request.headers["idempotency-key"];
  return forward(response, await call(handler, body, handler === "run" && typeof key === "string" ? key : undefined));
}

/** Server-sent events. A client that lost the connection continues with `Last-Event-ID`. */
async function stream(
  codex: Codex,
  threadId: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const abort = new AbortController();
  response.on("close", () => abort.abort());
  const after = request.headers["last-event-id"]?.toString() ?? query.get("after") ?? undefined;
  const turnKey = query.get("turnKey") ?? undefined;
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" }).flushHeaders();
  const events = codex.resumeThread(threadId).events({ after, turnKey, pollMs: 100, signal: abort.signal });
  try {
    for await (const { cursor, event } of events) response.write(`id: ${cursor}\ndata: ${JSON.stringify(event)}\n\n`);
  } catch (error) {
    // The client has disconnected, or the store cannot be reached. The client repeats its request.
    if (!abort.signal.aborted) console.error(error);
  }
  response.end();
}

const largestBody = 1024 * 1024;

async function text(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    body += String(chunk);
    if (body.length > largestBody) throw new Error("The body is too large.");
  }
  return body;
}

async function forward(response: ServerResponse, answer: Response): Promise<void> {
  const type = answer.headers.get("content-type") ?? "application/json";
  response.writeHead(answer.status, { "content-type": type }).end(await answer.text());
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
