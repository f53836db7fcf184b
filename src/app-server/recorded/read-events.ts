// Reads the events of a thread from its file in the store, line by line, starting at a cursor.
import { InvalidInputError } from "../../errors/errors.js";
import type { RecordedEvent, RecordedEventPage } from "../../records/recorded-event.js";
import { parseRecord } from "../../rollouts/read-records.js";
import { callStore } from "../../thread-sync/store-call.js";
import type { ThreadSync } from "../../thread-sync/thread-sync.js";
import { fromCursor, positionAt, toCursor } from "./event-cursor.js";
import type { EventPosition } from "./event-cursor.js";
import { isEventLine, readEventLine } from "./recorded-events.js";

const pieceBytes = 1024 * 1024;
const newline = 0x0a;

/**
 * Reads the events after a cursor, from about one megabyte of the file. Does not require a claim, so that any process
 * can read.
 * @throws InvalidInputError for a cursor of another thread; ThreadNotFoundError; StoreError.
 */
export async function readEvents(sync: ThreadSync, threadId: string, after: string | null): Promise<RecordedEventPage> {
  const given = after === null ? positionAt(null, 0) : fromCursor(after);
  const { files, manifest } = await sync.find(threadId);
  const current = manifest?.currentFile ?? null;
  let position = given.file === null ? positionAt(current, given.offset) : given;
  if (position.file === null) return { events: [], cursor: toCursor(position), isLast: true };
  let size = files[position.file]?.size;
  if (size === undefined) throw new InvalidInputError("`after` is the cursor of another thread.");
  if (position.offset >= size && current !== null && current !== position.file) {
    // A revert creates a new file.
    position = positionAt(current, 0);
    size = files[current]?.size ?? 0;
  }
  const file = position.file ?? "";
  const read = (start: number, end: number) =>
    callStore("read", () => sync.store.read(threadId, file, { start, end: Math.min(end, size) }), sync.limits);
  for (let length = pieceBytes; ; length *= 2) {
    if (position.offset >= size) return { events: [], cursor: toCursor(position), isLast: true };
    const bytes = Buffer.from(await read(position.offset, position.offset + length));
    const end = bytes.lastIndexOf(newline) + 1;
    // A line may be longer than one read.
    if (end === 0 && bytes.length === length) continue;
    const { events, position: endPosition } = eventsIn(
      bytes.subarray(0, end),
      position,
      manifest?.settings.workingDirectory,
    );
    return { events, cursor: toCursor(endPosition), isLast: endPosition.offset >= size || end === 0 };
  }
}

function eventsIn(
  bytes: Buffer,
  from: EventPosition,
  cwd: string | undefined,
): { events: RecordedEvent[]; position: EventPosition } {
  const events: RecordedEvent[] = [];
  let position = from;
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(newline, start) + 1;
    const line = bytes.toString("utf8", start, end);
    const next = { ...position, offset: position.offset + end - start, skip: 0 };
    const record = isEventLine(line) ? parseRecord(line) : undefined;
    const reading = record && readEventLine(record, { before: position.state, cwd });
    const following = { ...next, state: reading?.state ?? position.state };
    for (const [index, { turnId, event }] of (reading?.events ?? []).entries()) {
      if (index < position.skip) continue;
      const isLast = index === (reading?.events.length ?? 0) - 1;
      const cursor = toCursor(isLast ? following : { ...position, skip: index + 1 });
      events.push({ cursor, turnId, recordedAt: toDate(record?.["timestamp"]), event });
    }
    position = following;
    start = end;
  }
  return { events, position };
}

function toDate(timestamp: unknown): Date | null {
  const date = typeof timestamp === "string" ? new Date(timestamp) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : null;
}
