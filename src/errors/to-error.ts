// Selects the error class of a failed turn: by Codex's kind, by its message, by the endpoint's status.
import {
  BadRequestError,
  ContextWindowExceededError,
  ModelNotFoundError,
  OverloadedError,
  PolicyError,
  RateLimitError,
  SandboxUnavailableError,
  StreamDisconnectedError,
  TurnFailedError,
  UnauthorizedError,
  UsageLimitError,
} from "./errors.js";
import type { CodexError, CodexErrorCode, CodexErrorOptions } from "./errors.js";
import { isJsonObject } from "../internal/json.js";
import { turnErrorCode, withoutPrefix } from "./codex-messages.js";

export interface Failure {
  /** Codex's message. */
  message: string;
  /** Codex's name for the kind of failure; not reported by `exec`. */
  kind?: string | undefined;
  /** The status of the model endpoint's response, if Codex reports it. */
  httpStatus?: number | undefined;
  resetsAt?: Date | undefined;
}

type ErrorClass = new (message: string, options: CodexErrorOptions) => CodexError;

export function toError(failure: Failure): CodexError {
  const message = unwrapped(failure.message);
  // Codex passes on the response unchanged only for a malformed request.
  const wasRaw = message !== failure.message || /^\s*<(!doctype|html)\b/i.test(message);
  const httpStatus = failure.httpStatus ?? statusIn(failure.message) ?? (wasRaw ? 400 : undefined);
  const Class =
    (failure.kind === undefined ? undefined : byKind[failure.kind]) ??
    byMessage(message) ??
    byStatus(httpStatus) ??
    (failure.kind !== undefined && streamKinds.has(failure.kind) ? StreamDisconnectedError : TurnFailedError);
  return new Class(message, {
    httpStatus,
    retryAfterMs: retryAfterIn(failure.message),
    resetsAt: Class === UsageLimitError ? (resetIn(failure.message) ?? failure.resetsAt) : undefined,
  });
}

const byKind: Record<string, ErrorClass | undefined> = {
  unauthorized: UnauthorizedError,
  usageLimitExceeded: UsageLimitError,
  sessionBudgetExceeded: UsageLimitError,
  rateLimitExceeded: RateLimitError,
  serverOverloaded: OverloadedError,
  flexUnavailable: OverloadedError,
  policyCapacityUnavailable: OverloadedError,
  internalServerError: OverloadedError,
  contextWindowExceeded: ContextWindowExceededError,
  modelNotFound: ModelNotFoundError,
  cyberPolicy: PolicyError,
  misalignmentPolicyViolation: PolicyError,
  inferenceHookDenied: PolicyError,
  sandboxError: SandboxUnavailableError,
};

/** Kinds that only state that the exchange with the endpoint failed. A status in them is more specific. */
const streamKinds = new Set([
  "httpConnectionFailed",
  "responseStreamConnectionFailed",
  "responseStreamDisconnected",
  "responseTooManyFailedAttempts",
]);

const byCode: Partial<Record<CodexErrorCode, ErrorClass>> = {
  model_not_found: ModelNotFoundError,
  usage_limit: UsageLimitError,
  rate_limit: RateLimitError,
  overloaded: OverloadedError,
  context_window_exceeded: ContextWindowExceededError,
  policy: PolicyError,
  stream_disconnected: StreamDisconnectedError,
};

function byMessage(message: string): ErrorClass | undefined {
  const code = turnErrorCode(message);
  return code && byCode[code];
}

function byStatus(status: number | undefined): ErrorClass | undefined {
  if (status === undefined) return undefined;
  if (status === 401 || status === 403) return UnauthorizedError;
  if (status === 402) return UsageLimitError;
  if (status === 408) return StreamDisconnectedError;
  if (status === 429) return RateLimitError;
  if (status >= 500) return OverloadedError;
  if (status >= 400) return BadRequestError;
  return undefined;
}

function statusIn(message: string): number | undefined {
  const status = /\b(?:unexpected|last) status:? (\d{3})\b/.exec(message)?.[1];
  return status === undefined ? undefined : Number(status);
}

function retryAfterIn(message: string): number | undefined {
  const found = /try again in (\d+(?:\.\d+)?)\s*(ms|s|seconds?|minutes?|m)\b/i.exec(message);
  if (!found) return undefined;
  const unit = found[2]?.toLowerCase() ?? "s";
  const factor = unit === "ms" ? 1 : unit.startsWith("m") ? 60_000 : 1_000;
  return Math.round(Number(found[1]) * factor);
}

/** With minutes, in this machine's time zone: "try again at Mar 17th, 2030 5:46 PM", "Try again at 5:46 PM". */
function resetIn(message: string, now: Date = new Date()): Date | undefined {
  const found = /try again at (?:(\w{3,} \d{1,2})(?:st|nd|rd|th), (\d{4}) )?(\d{1,2}:\d{2} [AP]M)/i.exec(message);
  if (!found) return undefined;
  const [, day, year, time] = found;
  const date = new Date(day === undefined ? `${now.toDateString()} ${time}` : `${day}, ${year} ${time}`);
  if (Number.isNaN(date.getTime())) return undefined;
  // A time without a date means its next occurrence.
  if (day === undefined && date.getTime() < now.getTime() - 60_000) date.setDate(date.getDate() + 1);
  return date;
}

/** A gateway passes on the error of the endpoint behind it. */
const mostLevels = 5;

/** Codex passes on an endpoint's error as JSON. Returns the message in it. */
function unwrapped(message: string, levels = mostLevels): string {
  const json = withoutPrefix(message);
  if (levels === 0 || !json.startsWith("{")) return message;
  try {
    const body: unknown = JSON.parse(json);
    const inner = isJsonObject(body) && isJsonObject(body["error"]) ? body["error"] : body;
    const found = isJsonObject(inner) ? inner["message"] : undefined;
    return typeof found === "string" ? unwrapped(found, levels - 1) : message;
  } catch {
    return message;
  }
}
