// What every response has: headers that keep the page to itself, and JSON for whatever is not a file.
import type { IncomingMessage, ServerResponse } from "node:http";
import { CodexError } from "../../index.js";
import { messageOf } from "../../internal/message-of.js";
import { toHttpError } from "../../ui/routes/http-error.js";

/** Scripts and styles come from this server, and nothing else is loaded, sent or embedded anywhere. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // Text cannot become markup or code, whatever a mistake in the page would do with it.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const headers = {
  "content-security-policy": policy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
};

export function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  extra: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)), ...extra });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  extra: Record<string, string> = {},
): void {
  send(response, status, JSON.stringify(body), { "content-type": "application/json", ...extra });
}

/** Begins a response without an end of its own. */
export function sendHead(response: ServerResponse, contentType: string): void {
  response.writeHead(200, { ...headers, "content-type": contentType });
  response.flushHeaders();
}

export function sendError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const { status, code, message, headers } = toHttpError(error, describe);
  // A body that nobody reads would be taken for the next request.
  const isUnread = !request.complete && request.method !== "GET" && request.method !== "HEAD";
  sendJson(response, { error: { code, message } }, status, { ...headers, ...(isUnread && { connection: "close" }) });
}

/** Whoever uses the inspector runs the program: messages of the SDK are for them. */
function describe(error: unknown): string {
  if (CodexError.isInstance(error)) return error.message;
  return `The request failed unexpectedly: ${messageOf(error)}`;
}
