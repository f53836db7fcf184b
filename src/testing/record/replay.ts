// Sends a recorded response.
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { RecordedResponse } from "./cassette.js";
import { mapTexts } from "./normalise.js";
import { resolvePlaceholders } from "./placeholders.js";
import type { DirectoryPlaceholder } from "./placeholders.js";

/** @param speed `recorded` reproduces the recorded pauses between events. */
export async function replay(
  { status, headers, events, body = "", ending }: RecordedResponse,
  placeholders: readonly DirectoryPlaceholder[],
  speed: "instant" | "recorded",
  out: ServerResponse,
): Promise<void> {
  out.writeHead(status, headers);
  if (events === undefined) {
    out.end(resolvePlaceholders(body, placeholders));
    return;
  }
  const disconnected = new AbortController();
  out.on("close", () => disconnected.abort());
  let at = 0;
  for (const [afterMs, event] of events) {
    if (speed === "recorded" && afterMs > at) await delay(afterMs - at, undefined, { signal: disconnected.signal });
    at = afterMs;
    const resolved = mapTexts(event, (text) => resolvePlaceholders(text, placeholders));
    out.write(`event: ${String(event["type"])}\ndata: ${JSON.stringify(resolved)}\n\n`);
  }
  // If Codex closed the connection during the recording, the rest is not sent.
  if (ending === "left") return;
  if (ending === "cut") setImmediate(() => out.destroy());
  else out.end();
}
