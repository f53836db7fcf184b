// The state of a thread, computed from the entries of its log.
import type { MarkValue, ThreadHead, ThreadManifest } from "../../index.js";
import type { Chunk, Entry } from "./log-entry.js";

export interface FileState {
  size: number;
  sha256: string;
  /** Ordered by offset, without gaps. */
  chunks: Chunk[];
}

export interface Lease {
  owner: string;
  ttlMs: number;
  /** The time of the newest claim, renewal or append, by the backend's clock. */
  aliveAt: number;
}

/** The object that the holder of the claim extends with appends, until an entry closes it. */
export interface TailState {
  key: string;
  /** The offset after the last record that counts. */
  end: number;
  /** Another process wants to write: records after `end` do not count unless the closing entry includes them. */
  isFenced: boolean;
}

export interface LogState {
  /** The number of the newest entry; 0 for a log without entries. */
  position: number;
  /** The number of entries and of records in tails. */
  changes: number;
  /** The number of changes that the checkpoint covers which the state was read from. */
  compacted: number;
  tail: TailState | null;
  epoch: number;
  version: number;
  /** The epoch and digest of the newest append. */
  newest: { epoch: number; digest: string } | null;
  /** Null after a release. */
  lease: Lease | null;
  files: Record<string, FileState>;
  manifest: ThreadManifest | null;
  marks: Record<string, MarkValue>;
  isDeleted: boolean;
}

/** Objects with untrusted keys must not inherit from `Object.prototype`. */
function bare<Value>(entries: Record<string, Value> = {}): Record<string, Value> {
  return Object.assign(Object.create(null) as Record<string, Value>, entries);
}

export function emptyState(): LogState {
  return {
    position: 0,
    changes: 0,
    compacted: 0,
    tail: null,
    epoch: 0,
    version: 0,
    newest: null,
    lease: null,
    files: bare(),
    manifest: null,
    marks: bare(),
    isDeleted: false,
  };
}

/** The content of a checkpoint. Earlier versions wrote it without the optional parts. */
export type SavedState = Omit<LogState, "changes" | "tail"> & Partial<Pick<LogState, "changes" | "tail">>;

export function restoredState(saved: SavedState): LogState {
  const { changes = saved.position, tail = null } = saved;
  return { ...saved, changes, compacted: changes, tail, files: bare(saved.files), marks: bare(saved.marks) };
}

export interface NumberedEntry {
  position: number;
  entry: Entry;
  createdAt: number;
  /** The key of the tail that the entry opens. */
  tailKey: string | undefined;
}

/** Returns the state after an entry, without changing the previous state. */
export function withEntry(before: LogState, { position, entry, createdAt, tailKey }: NumberedEntry): LogState {
  const { kind, epoch, owner, ttlMs } = entry;
  const lease: Lease = { owner, ttlMs, aliveAt: createdAt };
  const tail = tailKey === undefined ? null : { key: tailKey, end: 0, isFenced: false };
  const state = { ...before, position, changes: before.changes + 1, tail };
  switch (kind) {
    case "claim":
      return { ...state, epoch, lease };
    case "renew":
      return { ...state, lease };
    case "release":
      return { ...state, lease: null };
    case "delete":
      return { ...state, lease: null, isDeleted: true };
    case "restore":
      return { ...state, lease, isDeleted: false };
    case "append":
      return withAppend({ ...state, lease }, entry);
    case "fence":
      return { ...state, tail: before.tail && { ...before.tail, isFenced: true } };
    case "seal":
      return state;
  }
}

/** Returns the state after a record of its tail. */
export function withRecord(state: LogState, entry: Entry, end: number): LogState {
  return withAppend({ ...withTailEnd(state, end), changes: state.changes + 1 }, entry);
}

export function withTailEnd(state: LogState, end: number): LogState {
  return { ...state, tail: state.tail && { ...state.tail, end } };
}

/** The tail was written at this time, by the holder of the claim. */
export function withSignOfLife(state: LogState, at: number): LogState {
  const { lease } = state;
  return { ...state, lease: lease && { ...lease, aliveAt: Math.max(lease.aliveAt, at) } };
}

function withAppend(state: LogState, { epoch, version, content, chunks }: Entry): LogState {
  if (!content) return state;
  const files = bare(state.files);
  for (const [index, { file, at, length, sha256 }] of content.writes.entries()) {
    const chunk = chunks[index];
    const before = files[file]?.chunks ?? [];
    files[file] = { size: at + length, sha256, chunks: chunk && length > 0 ? [...before, chunk] : before };
  }
  return {
    ...state,
    version,
    newest: { epoch, digest: content.digest },
    files,
    manifest: content.manifest ?? state.manifest,
    marks: content.marks ? bare({ ...state.marks, ...content.marks }) : state.marks,
  };
}

export function toHead(threadId: string, state: LogState, now: number): ThreadHead {
  const { epoch, version, isDeleted, lease } = state;
  const expiresInMs = lease ? lease.aliveAt + lease.ttlMs - now : 0;
  const files = Object.entries(state.files).map(([file, { size, sha256 }]) => [file, { size, sha256 }] as const);
  return {
    threadId,
    epoch,
    version,
    files: isDeleted ? {} : Object.fromEntries(files),
    manifest: isDeleted ? null : state.manifest,
    isDeleted,
    lease: lease && expiresInMs > 0 ? { owner: lease.owner, expiresInMs } : null,
  };
}
