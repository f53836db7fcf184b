// A thread as the entries of its log add up to it.
import type { MarkValue, ThreadHead, ThreadManifest } from "../../index.js";
import type { Chunk, Entry } from "./log-entry.js";

export interface FileState {
  size: number;
  sha256: string;
  /** In the order of their offsets, without gaps. */
  chunks: Chunk[];
}

export interface Lease {
  owner: string;
  ttlMs: number;
  /** Of the newest claim, renewal or append, by the backend's clock. */
  aliveAt: number;
}

export interface LogState {
  /** The number of the newest entry; 0 for a log without entries. */
  position: number;
  epoch: number;
  version: number;
  /** The epoch and digest of the newest append. */
  newest: { epoch: number; digest: string } | null;
  /** Null once it was released. */
  lease: Lease | null;
  files: Record<string, FileState>;
  manifest: ThreadManifest | null;
  marks: Record<string, MarkValue>;
  isDeleted: boolean;
}

/** Objects whose keys come from outside must not find what `Object.prototype` has. */
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

/** What a checkpoint holds is the state itself. */
export function restoredState(saved: LogState): LogState {
  return { ...saved, files: bare(saved.files), marks: bare(saved.marks) };
}

/** The state after one more entry. The one before stays as it is. */
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
