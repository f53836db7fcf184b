// Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
import { longestDelayMs } from "../../internal/timer.js";
import type { Encoded } from "./encoded-stream.js";

export interface SseOptions {
  /** The interval without data after which a comment is sent, so that proxies keep the connection, in milliseconds. */
  heartbeatMs: number;
  /** The `id` of an event. @defaultValue events do not have an `id` */
  id?: ((cursor: number) => string) | undefined;
  /** Sent after the last event. */
  last?: string | undefined;
}

/** The default time without data after which a heartbeat is sent, in milliseconds. */
export const defaultHeartbeatMs = 15_000;

/** Events as bytes. Cancelling it cancels `stream`. */
export function toSse<Value>(
  stream: ReadableStream<Encoded<Value>[]>,
  { heartbeatMs, id, last }: SseOptions,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  const intervalMs = Math.min(heartbeatMs, longestDelayMs);
  const encoder = new TextEncoder();
  let timer: NodeJS.Timeout | undefined;
  const frame = ({ value, cursor }: Encoded<Value>) => {
    const line = id && cursor !== undefined ? `id: ${id(cursor)}\n` : "";
    return `${line}data: ${JSON.stringify(value)}\n\n`;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // Heartbeats are sent only while `pull` is pending, that is, while the viewer is waiting for data.
        timer = setInterval(() => controller.enqueue(encoder.encode(": keep-alive\n\n")), intervalMs);
        timer.unref();
        const { done, value } = await reader.read().finally(() => clearInterval(timer));
        if (!done) return controller.enqueue(encoder.encode(value.map(frame).join("")));
        if (last !== undefined) controller.enqueue(encoder.encode(last));
        controller.close();
      },
      cancel(reason) {
        clearInterval(timer);
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
