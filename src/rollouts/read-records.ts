// Reads records of a rollout, the JSONL file of a thread. From incomplete, compressed or missing files, reads what it can.
import { createReadStream } from "node:fs";
import { isJsonObject } from "../internal/json.js";
import type { JsonObject } from "../internal/json.js";
import { LineSplitter } from "../process/child/line-splitter.js";
import { firstLine, lastLineWith } from "./single-lines.js";

/** Calls `onRecord` with each record whose line contains one of `marks`, in order. Other lines are not parsed. */
export async function readRecords(
  file: string,
  marks: readonly string[],
  onRecord: (record: JsonObject) => void,
): Promise<void> {
  const splitter = new LineSplitter((line) => {
    if (!marks.some((mark) => line.includes(mark))) return;
    const record = parseRecord(line);
    if (record) onRecord(record);
  });
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) splitter.push(chunk as Uint8Array);
  } catch {
    // The records before the error are valid.
  }
  splitter.flush();
}

/** The payload of the first record: the thread's ID, directory, provider, source and dynamic tools. */
export async function readSessionMeta(file: string): Promise<JsonObject | undefined> {
  const record = parseRecord((await firstLine(file)) ?? "");
  return record?.["type"] === "session_meta" ? payloadOf(record) : undefined;
}

/** The payload of the last record that contains `mark`; null if there is none, undefined if that is unknown. */
export async function lastPayloadWith(file: string, mark: string): Promise<JsonObject | null | undefined> {
  const line = await lastLineWith(file, mark);
  return line === null ? null : payloadOf(parseRecord(line ?? ""));
}

function payloadOf(record: JsonObject | undefined): JsonObject | undefined {
  return isJsonObject(record?.["payload"]) ? record["payload"] : undefined;
}

export function parseRecord(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
