// Error responses: a status, and JSON with what happened and what to do next.
import { CodexError } from "../../index.js";
import type { CodexErrorCode } from "../../index.js";
import { InvalidCursorError } from "../live/cursor.js";
import { errorText } from "../parts/error-text.js";

/** An error with a status. The caller receives the message. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

const statuses: Partial<Record<CodexErrorCode, number>> = {
  invalid_input: 400,
  unsupported: 501,
  thread_not_found: 404,
  thread_archived: 409,
  thread_busy: 409,
  thread_in_use: 409,
  usage_limit: 429,
  rate_limit: 429,
  overloaded: 503,
  closed: 503,
  interrupted: 409,
  timed_out: 504,
};

/** @param text Converts errors of the SDK to sentences for end users. */
export function toHttpError(error: unknown, text: (error: unknown) => string = errorText): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof InvalidCursorError) return new HttpError(400, "invalid_cursor", error.message);
  if (CodexError.isInstance(error)) return new HttpError(statuses[error.code] ?? 500, error.code, text(error));
  return new HttpError(500, "internal_error", text(error));
}

export function errorResponse({ status, code, message, headers }: HttpError): Response {
  return json({ error: { code, message } }, status, headers);
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}
