// Responses: security headers, JSON bodies, and errors.
import type { IncomingMessage, ServerResponse } from "node:http";
import { CodexError } from "../../index.js";
import { messageOf } from "../../internal/message-of.js";
import { toHttpError } from "../../ui/routes/http-error.js";

/** Permits only scripts and styles from this server. The page cannot load, send to, or be embedded in other origins. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // Defence in depth: text cannot become markup or code, even if the page has a bug.
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

/** Starts a streamed response. */
export function sendHead(response: ServerResponse, contentType: string): void {
  response.writeHead(200, { ...headers, "content-type": contentType });
  response.flushHeaders();
}

export function sendError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const { status, code, message, headers } = toHttpError(error, describe);
  // An unread body would be parsed as the next request.
  const isUnread = !request.complete && request.method !== "GET" && request.method !== "HEAD";
  sendJson(response, { error: { code, message } }, status, { ...headers, ...(isUnread && { connection: "close" }) });
}

/** The user of the inspector also runs the program, so error messages of the SDK are shown in full. */
function describe(error: unknown): string {
  if (CodexError.isInstance(error)) return error.message;
  return `The request failed unexpectedly: ${messageOf(error)}`;
}
