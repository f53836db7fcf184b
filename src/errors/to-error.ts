// Why a turn failed, as the class that a caller can catch.
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
import type { CodexError, CodexErrorOptions } from "./errors.js";

export interface Failure {
  /** In codex's words. */
  message: string;
  /** codex's own name of the kind of failure; `exec` does not say it. */
  kind?: string | undefined;
  /** What the model's endpoint answered, where codex says it. */
  httpStatus?: number | undefined;
  resetsAt?: Date | undefined;
}

type ErrorClass = new (message: string, options: CodexErrorOptions) => CodexError;

export function toError(failure: Failure): CodexError {
  const message = unwrapped(failure.message);
  // Only of a malformed request does codex hand the answer on as it came.
  const wasRaw = message !== failure.message;
  const httpStatus = failure.httpStatus ?? statusIn(failure.message) ?? (wasRaw ? 400 : undefined);
  const Class =
    (failure.kind === undefined ? undefined : byKind[failure.kind]) ??
    byMessage.find(([pattern]) => pattern.test(failure.message))?.[1] ??
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

/** codex's own sentences, for where it gives no kind, or too broad a one. */
const byMessage: readonly (readonly [RegExp, ErrorClass])[] = [
  [/\bmodel\b.*\b(does not exist|not found|is not supported)\b/i, ModelNotFoundError],
  [/\bquota exceeded\b|\busage limit\b/i, UsageLimitError],
  [/\brate limit\b/i, RateLimitError],
  [/\bat capacity\b|\bhigh demand\b|\boverloaded\b/i, OverloadedError],
  [/\bcontext window\b/i, ContextWindowExceededError],
  [/\bflagged\b|\busage policy\b/i, PolicyError],
  [/^stream disconnected before completion\b/i, StreamDisconnectedError],
];

function byStatus(status: number | undefined): ErrorClass | undefined {
  if (status === undefined) return undefined;
  if (status === 401 || status === 403) return UnauthorizedError;
  if (status === 404) return ModelNotFoundError;
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

/** codex says it to the minute, in the time of this machine: "try again at Mar 17th, 2030 5:46 PM", "try again at 5:46 PM". */
function resetIn(message: string, now: Date = new Date()): Date | undefined {
  const found = /try again at (?:(\w{3,} \d{1,2})(?:st|nd|rd|th), (\d{4}) )?(\d{1,2}:\d{2} [AP]M)/.exec(message);
  if (!found) return undefined;
  const [, day, year, time] = found;
  const date = new Date(day === undefined ? `${now.toDateString()} ${time}` : `${day}, ${year} ${time}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** codex hands a refusal of the endpoint on as the JSON it came in; the sentence in it is what helps. */
function unwrapped(message: string): string {
  if (!message.startsWith("{")) return message;
  try {
    const body: unknown = JSON.parse(message);
    const inner = isRecord(body) && isRecord(body["error"]) ? body["error"] : body;
    return isRecord(inner) && typeof inner["message"] === "string" ? inner["message"] : message;
  } catch {
    return message;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
