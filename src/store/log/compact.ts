// Compacts a log: merges small parts of files, and writes checkpoints so that readers can skip earlier entries.
import { randomUUID } from "node:crypto";
import { writeCheckpoint } from "./checkpoint.js";
import type { Chunk } from "./log-entry.js";
import { checkpointKey, logKey, tailKey } from "./log-keys.js";
import type { FileState, LogState } from "./log-state.js";
import { readChunk } from "./read-chunks.js";
import { retentionMs } from "./thread-log.js";
import type { ThreadLog } from "./thread-log.js";

/** Parts of a file are merged up to this size. */
const segmentBytes = 4 * 1024 * 1024;

/** Writes a checkpoint of `state` if the log has grown enough since the last one. */
export async function compact(log: ThreadLog, state: LogState): Promise<void> {
  if (!log.isCompactionDue(state) || state.isDeleted) return;
  log.compactionTried(state);
  const checkpoints = await log.objects.list(`${log.prefix}checkpoints/`);
  const last = Number(checkpoints.at(-1)?.key.split("/").at(-1) ?? 0);
  const files: Record<string, FileState> = {};
  for (const [name, file] of Object.entries(state.files)) {
    const chunks = await joined(log, name, file.chunks);
    // Another process is compacting the same log and has removed objects.
    if (!chunks) return;
    files[name] = { ...file, chunks };
  }
  if (!(await writeCheckpoint(log, { ...state, files }))) return;
  log.invalidate();
  await removeOld(
    log,
    last,
    checkpoints.slice(0, -1).map(({ key }) => key),
  );
}

/** Removes the content of a deleted thread. A checkpoint remains as its tombstone. */
export async function erase(log: ThreadLog, state: LogState): Promise<void> {
  const { objects, prefix } = log;
  if (Object.keys(state.files).length === 0 && state.manifest === null) return;
  const tombstone: LogState = { ...state, files: {}, manifest: null, marks: {}, newest: null, tail: null };
  await writeCheckpoint(log, tombstone);
  log.invalidate();
  // A writer with an outdated view could create a removed entry again, but not an empty one.
  for (const { key } of await objects.list(`${prefix}log/`)) await objects.replace(key, new Uint8Array());
  const others = await Promise.all(
    ["segments/", "tails/", "dependents/", "checkpoints/"].map((folder) => objects.list(prefix + folder)),
  );
  const own = checkpointKey(log, state.position);
  await objects.remove(others.flat().flatMap(({ key }) => (key === own ? [] : [key])));
}

/** Copies parts from entries to segments. Existing segments do not change. Undefined if a part was removed. */
async function joined(log: ThreadLog, file: string, chunks: readonly Chunk[]): Promise<Chunk[] | undefined> {
  const result: Chunk[] = [];
  let open: Uint8Array[] = [];
  let start = 0;
  let length = 0;
  const flush = async () => {
    if (length === 0) return;
    result.push(await writeSegment(log, file, start, Buffer.concat(open)));
    open = [];
    length = 0;
  };
  for (const chunk of chunks) {
    if (!chunk.key.startsWith(`${log.prefix}log/`)) {
      await flush();
      result.push(chunk);
      continue;
    }
    const bytes = await readChunk(log, file, chunk);
    if (!bytes) return undefined;
    if (length === 0) start = chunk.at;
    open.push(bytes);
    length += bytes.length;
    if (length >= segmentBytes) await flush();
  }
  await flush();
  return result;
}

async function writeSegment(log: ThreadLog, file: string, at: number, bytes: Uint8Array): Promise<Chunk> {
  const { threadId, transform, objects, prefix } = log;
  const stored = await transform.encode(bytes, { threadId, file, at });
  const key = `${prefix}segments/${randomUUID()}`;
  await objects.create(key, stored, { isDurable: true });
  return { at, length: bytes.length, key, offset: 0, storedLength: stored.length };
}

/** Removes entries and tails before the second newest checkpoint, once no process can depend on them. */
async function removeOld(log: ThreadLog, covered: number, checkpoints: readonly string[]): Promise<void> {
  const { objects } = log;
  const now = await objects.now();
  const end = logKey(log, covered);
  const entries = await objects.list(`${log.prefix}log/`);
  const tails = objects.tails ? await objects.list(`${log.prefix}tails/`) : [];
  // The last tail that was opened until then may still have been open.
  const closed = tails.filter(({ key }) => key < tailKey(log, covered + 1, "")).slice(0, -1);
  const coveredEntries = entries.filter(({ key }) => key <= end);
  const old = [...coveredEntries, ...closed].filter(({ createdAt }) => now - createdAt > retentionMs);
  await objects.remove([...old.map(({ key }) => key), ...checkpoints]);
}
