// Streams a turn as the AI SDK's UI message stream, for `useChat` and other clients.
import { randomUUID } from "node:crypto";
import { encodedStream, flattened } from "../http/encoded-stream.js";
import type { Encoded } from "../http/encoded-stream.js";
import { defaultHeartbeatMs, toSse } from "../http/sse.js";
import type { StreamedTurn } from "../../index.js";
import { reportFailure } from "../live/report-failure.js";
import type { ReportFailureOptions } from "../live/report-failure.js";
import { TurnLog } from "../live/turn-log.js";
import type { TurnLogOptions } from "../live/turn-log.js";
import { TurnReader } from "../live/turn-reader.js";
import * as is from "../../validation/check-options.js";
import type { Check } from "../../validation/check-options.js";
import type { UIMessageChunk } from "./chunks.js";
import { checkStream, responseChecks, streamChecks } from "./stream-checks.js";
import { UIMessageEncoder } from "./ui-message-encoder.js";
import type { UIMessageOptions } from "./ui-message-encoder.js";

export interface UIMessageStreamOptions
  extends UIMessageOptions, Omit<TurnLogOptions, "logSize">, ReportFailureOptions {}

export interface UIMessageStreamResponseOptions extends UIMessageStreamOptions {
  /** @defaultValue 200 */
  status?: number | undefined;
  /** Additional headers of the response. */
  headers?: ConstructorParameters<typeof Headers>[0];
  /** The interval without data after which a comment is sent, in milliseconds. @defaultValue 15_000 */
  heartbeatMs?: number | undefined;
}

const checks = { ...streamChecks, messageId: is.text, notices: is.flag } satisfies Record<
  keyof UIMessageStreamOptions,
  Check
>;
const allChecks = {
  ...checks,
  ...responseChecks,
  status: (value) =>
    is.wholeNumber(200)(value) === undefined && Number(value) <= 599 ? undefined : "a status from 200 to 599",
} satisfies Record<keyof UIMessageStreamResponseOptions, Check>;

/** The parts of a turn that a stream requires. */
export type StreamableTurn = Pick<StreamedTurn, "events" | "completed" | "interrupt">;

/**
 * Streams the turn as UI message chunks. The stream ends with the turn and never fails: errors are chunks. Cancelling
 * the stream interrupts the turn. Use `TurnHub` for turns that continue without viewers.
 * @throws InvalidInputError for an invalid option, or a turn that is not running.
 */
export function toUIMessageStream(
  turn: StreamableTurn,
  options: UIMessageStreamOptions = {},
): ReadableStream<UIMessageChunk> {
  checkStream(turn, options, checks, "UIMessageStreamOptions");
  return flattened(batches(turn, options));
}

/**
 * Streams the turn as a response with server-sent events for `useChat`. Cancelling its body interrupts the turn.
 * Servers do this when the browser disconnects.
 * @throws InvalidInputError for an invalid option, or a turn that is not running.
 */
export function toUIMessageStreamResponse(
  turn: StreamableTurn,
  options: UIMessageStreamResponseOptions = {},
): Response {
  checkStream(turn, options, allChecks, "UIMessageStreamResponseOptions");
  const { status = 200, headers, heartbeatMs = defaultHeartbeatMs } = options;
  return uiMessageResponse(toSse(batches(turn, options), { heartbeatMs, last: lastFrame }), { status, headers });
}

/** The last event of every stream. */
export const lastFrame = "data: [DONE]\n\n";

export function uiMessageResponse(
  body: ReadableStream<Uint8Array>,
  { status = 200, headers }: Pick<UIMessageStreamResponseOptions, "status" | "headers">,
): Response {
  const all = new Headers(headers);
  for (const [name, value] of Object.entries(uiMessageStreamHeaders)) if (!all.has(name)) all.set(name, value);
  return new Response(body, { status, headers: all });
}

/** @see https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol */
export const uiMessageStreamHeaders = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache",
  connection: "keep-alive",
  "x-vercel-ai-ui-message-stream": "v1",
  "x-accel-buffering": "no",
} as const;

function batches(turn: StreamableTurn, options: UIMessageStreamOptions): ReadableStream<Encoded<UIMessageChunk>[]> {
  const { maxOutputLength, outputIntervalMs, onError, messageId = randomUUID(), ...rest } = options;
  const log = new TurnLog({ maxOutputLength, outputIntervalMs });
  void reportFailure(log.follow(turn), onError);
  return encodedStream({
    reader: new TurnReader(log),
    encoder: new UIMessageEncoder({ ...rest, messageId }),
    onCancel: () => void turn.interrupt(),
  });
}
