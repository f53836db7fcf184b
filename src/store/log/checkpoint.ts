// A checkpoint contains the state of a thread, so that readers can skip earlier entries.
import { StoreError } from "../../index.js";
import { isJsonObject } from "../../internal/json.js";
import { isByteKey, checkpointKey, positionOf } from "./log-keys.js";
import { emptyState, restoredState } from "./log-state.js";
import type { LogState, SavedState } from "./log-state.js";
import type { ObjectStorage } from "./object-storage.js";
import type { Transform, TransformContext } from "../transform.js";

interface CheckpointedLog {
  readonly threadId: string;
  readonly prefix: string;
  readonly objects: ObjectStorage;
  readonly transform: Transform;
  decode(bytes: Uint8Array, context: TransformContext): Promise<Uint8Array>;
}

/** @returns whether it was created: false if another process has written one for the same position. */
export async function writeCheckpoint(log: CheckpointedLog, state: LogState): Promise<boolean> {
  const { threadId, transform, objects } = log;
  const plain = Buffer.from(JSON.stringify(state));
  const bytes = await transform.encode(plain, { threadId, file: null, at: state.position });
  return (await objects.create(checkpointKey(log, state.position), bytes, { isDurable: true })) !== undefined;
}

/** The state of the newest checkpoint. @throws StoreError if it has an unknown format. */
export async function readCheckpoint(log: CheckpointedLog): Promise<LogState> {
  const { prefix, objects, threadId } = log;
  const newest = (await objects.list(`${prefix}checkpoints/`)).at(-1);
  const stored = newest && (await objects.get(newest.key));
  if (!newest || !stored) return emptyState();
  const position = positionOf(newest.key);
  const bytes = await log.decode(stored.bytes, { threadId, file: null, at: position });
  return restoredState(parseState(log, bytes, { key: newest.key, position }));
}

function parseState(
  log: CheckpointedLog,
  bytes: Uint8Array,
  { key, position }: { key: string; position: number },
): SavedState {
  try {
    const state: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    // The rest was written together with the position. Only the locations of bytes are validated.
    if (!isJsonObject(state) || state["position"] !== position) throw new Error(`its position is not ${position}`);
    const known = state as unknown as SavedState;
    const parts = [...Object.values(known.files).flatMap((file) => file.chunks), ...(known.tail ? [known.tail] : [])];
    if (!parts.every((part) => isByteKey(log, part.key))) throw new Error("it refers to another thread");
    return known;
  } catch (error) {
    throw new StoreError(`${key} in ${log.objects.name} cannot be read: this SDK did not write it.`, {
      isRetryable: false,
      cause: error,
    });
  }
}
