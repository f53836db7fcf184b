// The format of a tail: records with their length and hash, so that a record that was cut off is recognised.
import { createHash } from "node:crypto";

/** Written where the next record will be, it extends the lease through the time of the change. */
export const renewal = Buffer.from("\n");

const frameLength = 128;
const newline = 0x0a;

export function toRecord(entry: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${entry.length} ${sha256(entry)}\n`), entry]);
}

export interface TailRecord {
  entry: Uint8Array;
  /** The offset of the entry and of the next record. */
  start: number;
  end: number;
}

/** The complete records at the start of `bytes`, and the offset after them. */
export function parseTail(bytes: Uint8Array): { records: TailRecord[]; end: number } {
  const records: TailRecord[] = [];
  for (let at = 0; ;) {
    const frameEnd = bytes.subarray(at, at + frameLength).indexOf(newline);
    const frame = Buffer.from(bytes.subarray(at, at + Math.max(0, frameEnd))).toString("latin1");
    const [, length, hash] = /^(\d{1,9}) ([0-9a-f]{64})$/.exec(frame) ?? [];
    const start = at + frameEnd + 1;
    const end = start + Number(length ?? 0);
    const entry = bytes.subarray(start, end);
    if (length === undefined || end > bytes.length || sha256(entry) !== hash) return { records, end: at };
    records.push({ entry, start, end });
    at = end;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
