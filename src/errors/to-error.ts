// The error class for a failed turn: by Codex's kind, by its message, by the status of the endpoint.
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
  /** In Codex's words. */
  message: string;
  /** Codex's own name of the kind of failure; `exec` does not say it. */
  kind?: string | undefined;
  /** What the model's endpoint answered, where Codex says it. */
  httpStatus?: number | undefined;
  resetsAt?: Date | undefined;
}

type ErrorClass = new (message: string, options: CodexErrorOptions) => CodexError;

export function toError(failure: Failure): CodexError {
  const message = unwrapped(failure.message);
  // Only of a malformed request does Codex hand the answer on as it came.
  const wasRaw = message !== failure.message;
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

/** Kinds that say only that the exchange with the endpoint broke; a status in them says more. */
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

/** To the minute and in this machine's time zone: "try again at Mar 17th, 2030 5:46 PM", "Try again at 5:46 PM". */
function resetIn(message: string, now: Date = new Date()): Date | undefined {
  const found = /try again at (?:(\w{3,} \d{1,2})(?:st|nd|rd|th), (\d{4}) )?(\d{1,2}:\d{2} [AP]M)/i.exec(message);
  if (!found) return undefined;
  const [, day, year, time] = found;
  const date = new Date(day === undefined ? `${now.toDateString()} ${time}` : `${day}, ${year} ${time}`);
  if (Number.isNaN(date.getTime())) return undefined;
  // A time without a day is the next one.
  if (day === undefined && date.getTime() < now.getTime() - 60_000) date.setDate(date.getDate() + 1);
  return date;
}

/** Codex passes on a rejection of the endpoint as JSON. The sentence in it helps. */
function unwrapped(message: string): string {
  const json = withoutPrefix(message);
  if (!json.startsWith("{")) return message;
  try {
    const body: unknown = JSON.parse(json);
    const inner = isJsonObject(body) && isJsonObject(body["error"]) ? body["error"] : body;
    return isJsonObject(inner) && typeof inner["message"] === "string" ? inner["message"] : message;
  } catch {
    return message;
  }
}
