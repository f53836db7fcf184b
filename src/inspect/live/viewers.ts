// Sends the feed to browsers as server-sent events, with backpressure for each browser.
import type { ServerResponse } from "node:http";
import { HttpError } from "../../ui/routes/http-error.js";
import { sendHead } from "../server/respond.js";
import type { Feed } from "./feed.js";

const mostViewers = 1_000;
const heartbeatMs = 15_000;
/** The maximum number of characters per write. */
const batchSize = 262_144;

export class Viewers {
  readonly #feed: Feed;
  #count = 0;

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  /**
   * Streams the events after the cursor until the browser disconnects.
   * @throws HttpError if there are too many viewers; InvalidCursorError
   */
  open(response: ServerResponse, cursor: string | undefined): void {
    let seq = cursor === undefined ? this.#feed.seq : this.#feed.readCursor(cursor);
    if (this.#count >= mostViewers) {
      throw new HttpError(503, "too_many_viewers", "Too many pages are connected. Close some of them.", {
        "retry-after": "10",
      });
    }
    sendHead(response, "text/event-stream");
    if (response.req.method === "HEAD") return void response.end();
    this.#count += 1;
    let isBlocked = !response.write(": connected\n\n");
    const flush = () => {
      while (!isBlocked && seq < this.#feed.seq) {
        const { frames, last } = this.#frames(seq);
        seq = last;
        isBlocked = !response.write(frames);
      }
    };
    const stop = this.#feed.listen(flush);
    const heartbeat = setInterval(() => {
      if (!isBlocked) isBlocked = !response.write(": keep-alive\n\n");
    }, heartbeatMs);
    heartbeat.unref();
    response.on("drain", () => {
      isBlocked = false;
      flush();
    });
    response.on("error", () => response.destroy());
    response.once("close", () => {
      stop();
      clearInterval(heartbeat);
      this.#count -= 1;
    });
    flush();
  }

  #frames(after: number): { frames: string; last: number } {
    const feed = this.#feed;
    if (after + 1 < feed.oldest) {
      return { frames: frame(feed.cursor, '{"type":"reset"}'), last: feed.seq };
    }
    let frames = "";
    let last = after;
    while (last < feed.seq && frames.length < batchSize) {
      last += 1;
      frames += frame(feed.cursorAt(last), feed.entry(last) ?? '{"type":"reset"}');
    }
    return { frames, last };
  }
}

function frame(id: string, data: string): string {
  return `id: ${id}\ndata: ${data}\n\n`;
}
