// Finds single lines of a large file without reading all of it.
import { open, type FileHandle } from "node:fs/promises";

const chunkBytes = 128 * 1024;
const longestSearchBytes = 16 * 1024 * 1024;

/** The first line; undefined if it is longer than 16 MiB or does not end. */
export async function firstLine(file: string): Promise<string | undefined> {
  return withFile(file, async (handle) => {
    let start = Buffer.alloc(0);
    while (start.length < longestSearchBytes) {
      const chunk = await read(handle, start.length, chunkBytes);
      if (chunk.length === 0) return undefined;
      start = Buffer.concat([start, chunk]);
      const end = start.indexOf("\n");
      if (end !== -1) return start.toString("utf8", 0, end);
    }
    return undefined;
  });
}

/** The last line that contains `text`; null if no line does, undefined if none of the last 16 MiB does. */
export async function lastLineWith(file: string, text: string): Promise<string | null | undefined> {
  return withFile(file, async (handle) => {
    const { size } = await handle.stat();
    let tail = Buffer.alloc(0);
    for (let start = size; start > 0 && tail.length < longestSearchBytes;) {
      const length = Math.min(chunkBytes, start);
      start -= length;
      tail = Buffer.concat([await read(handle, start, length), tail]);
      const at = tail.lastIndexOf(text);
      const lineStart = at === -1 ? -1 : tail.lastIndexOf("\n", at) + 1;
      if (lineStart > 0 || (at !== -1 && start === 0)) return lineAt(tail, lineStart);
      if (start === 0) return null;
    }
    return size === 0 ? null : undefined;
  });
}

function lineAt(text: Buffer, start: number): string {
  const end = text.indexOf("\n", start);
  return text.toString("utf8", start, end === -1 ? text.length : end);
}

async function withFile<Result>(
  file: string,
  use: (handle: FileHandle) => Promise<Result>,
): Promise<Result | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, "r");
    return await use(handle);
  } catch {
    return undefined; // The file is missing or not readable.
  } finally {
    await handle?.close();
  }
}

async function read(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
