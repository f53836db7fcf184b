// Sends a recorded response.
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { RecordedResponse } from "./cassette.js";
import { mapTexts } from "./normalise.js";
import { showPlaces } from "./places.js";
import type { Place } from "./places.js";

/** @param speed `recorded` waits between events as long as the endpoint did. */
export async function replay(
  { status, headers, events, body = "", ending }: RecordedResponse,
  places: readonly Place[],
  speed: "instant" | "recorded",
  out: ServerResponse,
): Promise<void> {
  out.writeHead(status, headers);
  if (events === undefined) {
    out.end(showPlaces(body, places));
    return;
  }
  const gone = new AbortController();
  out.on("close", () => gone.abort());
  let at = 0;
  for (const [afterMs, event] of events) {
    if (speed === "recorded" && afterMs > at) await delay(afterMs - at, undefined, { signal: gone.signal });
    at = afterMs;
    const shown = mapTexts(event, (text) => showPlaces(text, places));
    out.write(`event: ${String(event["type"])}\ndata: ${JSON.stringify(shown)}\n\n`);
  }
  // If Codex did not wait for the rest when it was recorded, the rest is not sent.
  if (ending === "left") return;
  if (ending === "cut") setImmediate(() => out.destroy());
  else out.end();
}
