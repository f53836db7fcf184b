// A turn as a stream of AG-UI events.
import { randomUUID } from "node:crypto";
import { encodedStream, flattened } from "../http/encoded-stream.js";
import type { Encoded } from "../http/encoded-stream.js";
import { defaultHeartbeatMs, toSse } from "../http/sse.js";
import { reportFailure } from "../live/report-failure.js";
import type { ReportFailureOptions } from "../live/report-failure.js";
import { TurnLog } from "../live/turn-log.js";
import type { TurnLogOptions } from "../live/turn-log.js";
import { TurnReader } from "../live/turn-reader.js";
import * as is from "../../validation/check-options.js";
import type { Check } from "../../validation/check-options.js";
import { checkStream, responseChecks, streamChecks } from "../ui-messages/stream-checks.js";
import type { StreamableTurn } from "../ui-messages/ui-message-stream.js";
import { AgUiEncoder } from "./ag-ui-encoder.js";
import type { AgUiOptions } from "./ag-ui-encoder.js";
import type { AgUiEvent } from "./ag-ui-events.js";

export interface AgUiStreamOptions extends AgUiOptions, Omit<TurnLogOptions, "logSize">, ReportFailureOptions {}

export interface AgUiResponseOptions extends AgUiStreamOptions {
  /** Additional headers of the response. */
  headers?: ConstructorParameters<typeof Headers>[0];
  /** The interval without data after which a comment is sent, in milliseconds. @defaultValue 15_000 */
  heartbeatMs?: number | undefined;
}

const checks = { ...streamChecks, runId: is.text, threadId: is.text } satisfies Record<keyof AgUiStreamOptions, Check>;
const allChecks = { ...checks, ...responseChecks } satisfies Record<keyof AgUiResponseOptions, Check>;

/**
 * Streams the turn as AG-UI events. Cancelling the stream interrupts the turn. Use `TurnHub` for turns that continue
 * without viewers.
 * @throws InvalidInputError for an invalid option, or a turn that is not running.
 */
export function toAgUiStream(turn: StreamableTurn, options: AgUiStreamOptions = {}): ReadableStream<AgUiEvent> {
  checkStream(turn, options, checks, "AgUiStreamOptions");
  return flattened(batches(turn, options));
}

/**
 * Streams the turn as a response with AG-UI server-sent events. Cancelling its body interrupts the turn.
 * @throws InvalidInputError for an invalid option, or a turn that is not running.
 */
export function toAgUiResponse(turn: StreamableTurn, options: AgUiResponseOptions = {}): Response {
  checkStream(turn, options, allChecks, "AgUiResponseOptions");
  const { headers, heartbeatMs = defaultHeartbeatMs } = options;
  return agUiResponse(toSse(batches(turn, options), { heartbeatMs }), headers);
}

export function agUiResponse(body: ReadableStream<Uint8Array>, headers?: AgUiResponseOptions["headers"]): Response {
  const all = new Headers({
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
  });
  new Headers(headers).forEach((value, name) => all.set(name, value));
  return new Response(body, { headers: all });
}

function batches(turn: StreamableTurn, options: AgUiStreamOptions): ReadableStream<Encoded<AgUiEvent>[]> {
  const { maxOutputLength, outputIntervalMs, onError, runId = randomUUID(), ...rest } = options;
  const log = new TurnLog({ maxOutputLength, outputIntervalMs });
  void reportFailure(log.follow(turn), onError);
  return encodedStream({
    reader: new TurnReader(log),
    encoder: new AgUiEncoder({ ...rest, runId }),
    onCancel: () => void turn.interrupt(),
  });
}
