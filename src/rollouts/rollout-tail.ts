// Follows a thread's file from an offset on. Codex appends whole lines, but a long line may be read before it is complete.
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { JsonObject } from "../internal/json.js";
import { parseRecord } from "./read-records.js";

const chunkBytes = 256 * 1024;
const newline = 0x0a;

export class RolloutTail {
  readonly #file: string;
  #offset: number;
  #reading: Promise<void> = Promise.resolve();

  constructor(file: string, offset: number) {
    this.#file = file;
    this.#offset = offset;
  }

  /** Passes on the lines that were added since the last call and contain one of the marks. A missing file has none. */
  read(marks: readonly string[], onRecord: (record: JsonObject) => void): Promise<void> {
    this.#reading = this.#reading.then(() => this.#readOn(marks, onRecord)).catch(() => undefined);
    return this.#reading;
  }

  async #readOn(marks: readonly string[], onRecord: (record: JsonObject) => void): Promise<void> {
    // An agent without a sandbox can replace the file. A pipe would block `open`, and a device does not end.
    const handle = await open(this.#file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!(await handle.stat()).isFile()) return;
      let size = chunkBytes;
      for (;;) {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(size), 0, size, this.#offset);
        const end = bytesRead === 0 ? -1 : buffer.lastIndexOf(newline, bytesRead - 1);
        if (end >= 0) {
          this.#offset += end + 1;
          for (const line of buffer.toString("utf8", 0, end).split("\n")) {
            const record = marks.some((mark) => line.includes(mark)) ? parseRecord(line) : undefined;
            if (record) onRecord(record);
          }
        }
        if (bytesRead < size) return;
        // A line that is longer than the buffer requires a larger one.
        if (end < 0) size *= 2;
      }
    } finally {
      await handle.close();
    }
  }
}
