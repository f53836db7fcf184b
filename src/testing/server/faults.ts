// Steps in which the model's endpoint fails.
import type { Answer, CutPart, FailedPart, IncompletePart, MalformedPart, SilencePart } from "../script/part.js";
import { checkTimes, respond } from "./respond.js";
import { ScriptError } from "../script/script-error.js";

export interface FailOptions {
  /** @defaultValue a sentence with the status */
  message?: string;
  /** `error.type`, such as `usage_limit_reached`. */
  type?: string;
  /** `error.code`, such as `insufficient_quota`. */
  code?: string;
  /** The `retry-after` header, in seconds. */
  retryAfterSeconds?: number;
  headers?: Readonly<Record<string, string>>;
  /** More fields of `error`, such as `resets_at`. With `body`, they are ignored. */
  fields?: Readonly<Record<string, unknown>>;
  /** Replaces the body: a string is sent unchanged, any other value as JSON. */
  body?: unknown;
  /** The number of requests of the thread that fail in this way. @defaultValue 1 */
  times?: number;
}

/** The request is rejected with an HTTP status. */
export function fail(status: number, options: FailOptions = {}): Answer {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new ScriptError(`fail(): the status must be a whole number from 200 to 599, not ${status}.`);
  }
  const error = {
    message: options.message ?? `The scripted model answers with status ${status}.`,
    type: options.type ?? null,
    code: options.code ?? null,
    param: null,
    ...options.fields,
  };
  const retryAfter =
    options.retryAfterSeconds === undefined ? {} : { "retry-after": String(options.retryAfterSeconds) };
  return {
    ...respond([]),
    parts: [
      { kind: "refusal", status, headers: { ...retryAfter, ...options.headers }, body: options.body ?? { error } },
    ],
    times: checkTimes(options.times ?? 1),
  };
}

/** The response ends with `response.failed`, such as `{ code: "context_length_exceeded" }`. */
export function failResponse(error: { code: string; message?: string }): FailedPart {
  return { kind: "failed", code: error.code, message: error.message ?? `The scripted response failed: ${error.code}.` };
}

/** The response ends with `response.incomplete`. @defaultValue `max_output_tokens` */
export function incomplete(reason = "max_output_tokens"): IncompletePart {
  return { kind: "incomplete", reason };
}

/** The connection breaks: after the preceding parts and, with `text`, in the middle of a message. */
export function cut(options: { text?: string } = {}): CutPart {
  return { kind: "cut", text: options.text };
}

/**
 * Nothing more is sent until Codex gives up or the model is closed: after the preceding parts and, with `text`, in the
 * middle of a message. With `ms`, the connection breaks after that number of milliseconds.
 */
export function silence(options: { text?: string; ms?: number } = {}): SilencePart {
  return { kind: "silence", text: options.text, ms: options.ms };
}

/** `json`: an event that is not JSON. `html`: a page instead of a stream. `empty`: status 200 and an empty body. */
export function malformed(what: MalformedPart["what"] = "json"): MalformedPart {
  return { kind: "malformed", what };
}
