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

export interface LogState {
  /** The number of the newest entry; 0 for a log without entries. */
  position: number;
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

/** A checkpoint contains the state. */
export function restoredState(saved: LogState): LogState {
  return { ...saved, files: bare(saved.files), marks: bare(saved.marks) };
}

/** Returns the state after an entry, without changing the previous state. */
export function withEntry(state: LogState, position: number, entry: Entry, createdAt: number): LogState {
  const { kind, epoch, owner, ttlMs } = entry;
  const lease: Lease = { owner, ttlMs, aliveAt: createdAt };
  switch (kind) {
    case "claim":
      return { ...state, position, epoch, lease };
    case "renew":
      return { ...state, position, lease };
    case "release":
      return { ...state, position, lease: null };
    case "delete":
      return { ...state, position, lease: null, isDeleted: true };
    case "restore":
      return { ...state, position, lease, isDeleted: false };
    case "append":
      return withAppend({ ...state, position, lease }, entry);
  }
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
