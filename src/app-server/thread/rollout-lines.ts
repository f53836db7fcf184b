// The lines of a thread's file, without holding the whole of it.
import { createReadStream } from "node:fs";
import { isJsonObject } from "../../internal/json.js";
import type { JsonObject } from "../../internal/json.js";
import { LineSplitter } from "../../process/child/line-splitter.js";

/** Lines with one of the marks, parsed. A file that is gone, compressed or cut short gives what can be read of it. */
export async function readRollout(
  file: string,
  marks: readonly string[],
  onRecord: (record: JsonObject) => void,
): Promise<void> {
  const splitter = new LineSplitter((line) => {
    if (!marks.some((mark) => line.includes(mark))) return;
    const record = parse(line);
    if (record) onRecord(record);
  });
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) splitter.push(chunk as Uint8Array);
  } catch {
    // What was read counts.
  }
  splitter.flush();
}

function parse(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
