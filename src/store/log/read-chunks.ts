// Reads bytes of a file from its parts.
import { StoreError, ThreadNotFoundError } from "../../index.js";
import type { FileRange } from "../../index.js";
import type { Chunk } from "./log-entry.js";
import type { LogState } from "./log-state.js";
import type { ThreadLog } from "./thread-log.js";

const chunksAtOnce = 8;

export async function readChunks(log: ThreadLog, state: LogState, file: string, range: FileRange): Promise<Uint8Array> {
  // Chunks move when the log is compacted.
  for (let attempt = 1, current = state; attempt <= 3; attempt++) {
    const bytes = await readAll(log, current, file, range);
    if (bytes) return bytes;
    log.invalidate();
    current = await log.refresh();
  }
  throw new StoreError(`${file} of thread ${log.threadId} is incomplete in ${log.objects.name}.`, {
    isRetryable: false,
  });
}

async function readAll(
  log: ThreadLog,
  state: LogState,
  file: string,
  { start, end }: FileRange,
): Promise<Uint8Array | undefined> {
  const known = state.isDeleted ? undefined : state.files[file];
  if (!known) throw new ThreadNotFoundError(`The store has no file ${file} of thread ${log.threadId}.`);
  const last = Math.min(end, known.size);
  const wanted = known.chunks.filter(({ at, length }) => at < last && at + length > start);
  const parts: Uint8Array[] = [];
  for (let index = 0; index < wanted.length; index += chunksAtOnce) {
    const some = await Promise.all(
      wanted.slice(index, index + chunksAtOnce).map((chunk) => readChunk(log, file, chunk)),
    );
    for (const [offset, bytes] of some.entries()) {
      const chunk = wanted[index + offset];
      if (!bytes || !chunk) return undefined;
      parts.push(bytes.subarray(Math.max(0, start - chunk.at), Math.min(chunk.length, last - chunk.at)));
    }
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}

/** Undefined if its object was removed. */
export async function readChunk(log: ThreadLog, file: string, chunk: Chunk): Promise<Uint8Array | undefined> {
  const { key, offset, storedLength, at, length } = chunk;
  const stored = await log.objects.get(key, { start: offset, end: offset + storedLength });
  if (!stored || stored.bytes.length < storedLength) return undefined;
  const bytes = await log.decode(stored.bytes, { threadId: log.threadId, file, at });
  if (bytes.length === length) return bytes;
  throw new StoreError(`The transform returned ${bytes.length} bytes instead of ${length} for ${key}.`, {
    isRetryable: false,
  });
}
