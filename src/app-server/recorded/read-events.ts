// Reads the events of a thread from its store: what Codex wrote to the thread's file, line by line, from a place on.
import { InvalidInputError } from "../../errors/errors.js";
import type { RecordedEvent, RecordedEventPage } from "../../records/recorded-event.js";
import { parseRecord } from "../../rollouts/read-records.js";
import { callStore } from "../../thread-sync/store-call.js";
import type { ThreadSync } from "../../thread-sync/thread-sync.js";
import { fromCursor, placeAt, toCursor } from "./event-cursor.js";
import type { EventPlace } from "./event-cursor.js";
import { isEventLine, readEventLine } from "./recorded-events.js";

const pieceBytes = 1024 * 1024;
const newline = 0x0a;

/**
 * The events that follow a cursor, of about a megabyte of the file. The store needs no claim, so that any process can read.
 * @throws InvalidInputError for a cursor of another thread; ThreadNotFoundError; StoreError.
 */
export async function readEvents(sync: ThreadSync, threadId: string, after: string | null): Promise<RecordedEventPage> {
  const given = after === null ? placeAt(null, 0) : fromCursor(after);
  const { files, manifest } = await sync.find(threadId);
  const current = manifest?.currentFile ?? null;
  let place = given.file === null ? placeAt(current, given.offset) : given;
  if (place.file === null) return { events: [], cursor: toCursor(place), isLast: true };
  let size = files[place.file]?.size;
  if (size === undefined) throw new InvalidInputError("`after` is the cursor of another thread.");
  if (place.offset >= size && current !== null && current !== place.file) {
    // A revert made a new file.
    place = placeAt(current, 0);
    size = files[current]?.size ?? 0;
  }
  const file = place.file ?? "";
  const read = (start: number, end: number) =>
    callStore("read", () => sync.store.read(threadId, file, { start, end: Math.min(end, size) }), sync.limits);
  for (let length = pieceBytes; ; length *= 2) {
    if (place.offset >= size) return { events: [], cursor: toCursor(place), isLast: true };
    const bytes = Buffer.from(await read(place.offset, place.offset + length));
    const end = bytes.lastIndexOf(newline) + 1;
    // A line may be longer than a piece.
    if (end === 0 && bytes.length === length) continue;
    const { events, place: reached } = eventsIn(bytes.subarray(0, end), place, manifest?.settings.workingDirectory);
    return { events, cursor: toCursor(reached), isLast: reached.offset >= size || end === 0 };
  }
}

function eventsIn(
  bytes: Buffer,
  from: EventPlace,
  cwd: string | undefined,
): { events: RecordedEvent[]; place: EventPlace } {
  const events: RecordedEvent[] = [];
  let place = from;
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(newline, start) + 1;
    const line = bytes.toString("utf8", start, end);
    const next = { ...place, offset: place.offset + end - start, skip: 0 };
    const record = isEventLine(line) ? parseRecord(line) : undefined;
    const reading = record && readEventLine(record, { before: place.state, cwd });
    const following = { ...next, state: reading?.state ?? place.state };
    for (const [index, { turnId, event }] of (reading?.events ?? []).entries()) {
      if (index < place.skip) continue;
      const isLast = index === (reading?.events.length ?? 0) - 1;
      const cursor = toCursor(isLast ? following : { ...place, skip: index + 1 });
      events.push({ cursor, turnId, recordedAt: toDate(record?.["timestamp"]), event });
    }
    place = following;
    start = end;
  }
  return { events, place };
}

function toDate(timestamp: unknown): Date | null {
  const date = typeof timestamp === "string" ? new Date(timestamp) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : null;
}
