// Runs web handlers with node:http.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * A listener for `http.createServer` that serves a web handler. The response's body is cancelled when the browser
 * disconnects, and is read only as fast as the browser does.
 */
export function toNodeListener(
  handle: (request: Request) => Promise<Response>,
): (message: IncomingMessage, response: ServerResponse) => void {
  return (message, response) => {
    // `serve` never rejects.
    void serve(handle, message, response);
  };
}

async function serve(
  handle: (request: Request) => Promise<Response>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  let request: Request;
  try {
    request = toRequest(message, gone.signal);
  } catch {
    const body = JSON.stringify({ error: { code: "bad_request", message: "The request is malformed." } });
    response.writeHead(400, { "content-type": "application/json", connection: "close" }).end(body);
    return;
  }
  try {
    await sendResponse(await handle(request), response);
  } catch {
    if (!response.headersSent) {
      const body = JSON.stringify({ error: { code: "internal_error", message: "The request failed." } });
      response.writeHead(500, { "content-type": "application/json" }).end(body);
    } else response.destroy();
  }
}

/** Sends a web response. Resolves when it is sent, or the browser has disconnected. */
export async function sendResponse(response: Response, to: ServerResponse): Promise<void> {
  for (const [name, value] of response.headers) {
    // Node.js manages the connection, because the request may ask to close it.
    if (name === "connection" && value === "keep-alive") continue;
    // Multiple cookies cannot be joined to one header.
    if (name !== "set-cookie") to.setHeader(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) to.setHeader("set-cookie", cookies);
  to.writeHead(response.status);
  to.flushHeaders();
  if (!response.body) {
    to.end();
    return;
  }
  await pipeline(Readable.fromWeb(response.body, { highWaterMark: 1 }), to).catch((error: unknown) => {
    if (!to.destroyed) throw error;
  });
}

function toRequest(message: IncomingMessage, signal: AbortSignal): Request {
  const url = new URL(message.url ?? "/", `http://${message.headers.host ?? "localhost"}`);
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one);
  }
  const hasBody = message.method !== "GET" && message.method !== "HEAD";
  return new Request(url, {
    method: message.method ?? "GET",
    headers,
    signal,
    ...(hasBody && { body: Readable.toWeb(message) as ReadableStream, duplex: "half" }),
  });
}
