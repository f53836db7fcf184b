// The event stream of the server. The browser reconnects automatically, and continues after the last received event.
import type { InspectEvent } from "../../api.js";

export type Listener = (event: InspectEvent) => void;

const listeners = new Set<Listener>();
let source: EventSource | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;

export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function connect(cursor: string, onState: (isConnected: boolean) => void): void {
  source?.close();
  const stream = new EventSource(`/api/events?cursor=${encodeURIComponent(cursor)}`);
  source = stream;
  stream.addEventListener("open", () => onState(true));
  stream.addEventListener("message", ({ data }: MessageEvent<string>) => emit(JSON.parse(data) as InspectEvent));
  stream.addEventListener("error", () => {
    onState(false);
    // The browser does not reconnect after an error status: the process was restarted, or the session is invalid.
    if (stream.readyState !== EventSource.CLOSED || source !== stream) return;
    clearTimeout(retry);
    retry = setTimeout(() => emit({ type: "reset" }), 2_000);
  });
}

function emit(event: InspectEvent): void {
  for (const listener of listeners) listener(event);
}
