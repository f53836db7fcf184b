// Forwards a request to the real endpoint, and streams the response back.
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { isJsonObject, type JsonObject } from "../../internal/json.js";
import type { Upstream } from "./cassette.js";
import type { TimedEvent } from "./clean-response.js";

export interface UpstreamAnswer {
  status: number;
  headers: Headers;
  /** The events of a stream; undefined for any other body. */
  events: TimedEvent[] | undefined;
  body: string;
  /** How the response ended, if it is incomplete. */
  ending: "cut" | "left" | undefined;
}

/** Headers of the connection between Codex and this server are not forwarded, including the fake key. */
const ownHeaders =
  /^(host|connection|content-length|transfer-encoding|authorization|accept-encoding|chatgpt-account-id)$/i;

export async function forward(
  { method, path, headers, body }: { method: string; path: string; headers: IncomingHttpHeaders; body: string },
  upstream: Upstream,
  out: ServerResponse,
): Promise<UpstreamAnswer> {
  const started = performance.now();
  const disconnect = new AbortController();
  out.on("close", () => disconnect.abort());
  const response = await fetch(`${upstream.baseUrl.replace(/\/+$/, "")}${path}`, {
    method,
    headers: upstreamHeaders(headers, upstream),
    ...(method !== "GET" && method !== "HEAD" && { body }),
    redirect: "manual",
    signal: disconnect.signal,
  });
  const type = response.headers.get("content-type") ?? "application/json";
  const shown = [...response.headers].filter(([name]) => /^(content-type|retry-after.*|x-.*)$/.test(name));
  out.writeHead(response.status, { "content-type": type, ...Object.fromEntries(shown) });
  const isStream = type.includes("text/event-stream");
  const events: TimedEvent[] = [];
  const decoder = new TextDecoder();
  const parser = new EventParser((event) => events.push([Math.round(performance.now() - started), event]));
  let text = "";
  let ending: UpstreamAnswer["ending"];
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      out.write(chunk);
      const piece = decoder.decode(chunk, { stream: true });
      if (isStream) parser.push(piece);
      else text += piece;
    }
    out.end();
  } catch {
    ending = disconnect.signal.aborted ? "left" : "cut";
    out.destroy();
  }
  return {
    status: response.status,
    headers: response.headers,
    events: isStream ? events : undefined,
    body: text,
    ending,
  };
}

function upstreamHeaders(headers: IncomingHttpHeaders, { apiKey, headers: more }: Upstream): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !ownHeaders.test(name)) result.set(name, String(value));
  }
  if (apiKey !== undefined) result.set("authorization", `Bearer ${apiKey}`);
  for (const [name, value] of Object.entries(more ?? {})) result.set(name, value);
  return result;
}

/** Parses server-sent events of the Responses API: JSON in `data:` lines, and an empty line after each event. */
class EventParser {
  readonly #onEvent: (event: JsonObject) => void;
  #rest = "";

  constructor(onEvent: (event: JsonObject) => void) {
    this.#onEvent = onEvent;
  }

  push(text: string): void {
    const blocks = (this.#rest + text).split(/\r?\n\r?\n/);
    this.#rest = blocks.pop() ?? "";
    for (const block of blocks) this.#block(block);
  }

  #block(block: string): void {
    const lines = block.split(/\r?\n/).filter((line) => line.startsWith("data:"));
    const data = lines.map((line) => line.slice("data:".length).trimStart()).join("\n");
    if (data === "" || data === "[DONE]") return;
    try {
      const event: unknown = JSON.parse(data);
      if (isJsonObject(event)) this.#onEvent(event);
    } catch {
      // Codex also ignores it.
    }
  }
}
