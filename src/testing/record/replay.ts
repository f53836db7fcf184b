// Sends a recorded response.
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { RecordedResponse } from "./cassette.js";
import { mapTexts } from "./normalise.js";
import { showPlaces } from "./places.js";
import type { Place } from "./places.js";

/** @param speed `recorded` waits as long between events as the endpoint did. */
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
  // What Codex did not wait for when it was recorded, it does not get now either.
  if (ending === "left") return;
  if (ending === "cut") setImmediate(() => out.destroy());
  else out.end();
}
