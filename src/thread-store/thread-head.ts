// What a store knows of a thread beside its bytes.
import type { ThreadManifest } from "./thread-manifest.js";

export interface ClaimOptions {
  /** Who claims: shown in the error that others get. Unique for each claimant, without secrets. */
  owner: string;
  /** How long the claim lasts after its last sign of life, in milliseconds. */
  ttlMs: number;
}

/** The right to write a thread. Plain data: it may be passed to another process. */
export interface Claim {
  readonly threadId: string;
  /** 1 for the first claim of a thread, and one higher with each claim. */
  readonly epoch: number;
  readonly owner: string;
  readonly ttlMs: number;
}

/** A claim, and what it found. */
export interface ClaimedThread {
  claim: Claim;
  /** The thread as it was when it was claimed. `head.epoch` is the epoch of the claim before. */
  head: ThreadHead;
}

/** A file in the store. */
export interface StoredFile {
  /** In bytes. */
  size: number;
  /** SHA-256 of the whole file in lower-case hexadecimal, as its writer computed it. */
  sha256: string;
}

export interface ThreadHead {
  threadId: string;
  /** The epoch of the newest claim; 0 for a thread that was never claimed. */
  epoch: number;
  /** The number of appends that were committed. */
  version: number;
  /** The thread's files by name. */
  files: Record<string, StoredFile>;
  /** Null until an append sets it, and once the thread is deleted. */
  manifest: ThreadManifest | null;
  /** Whether only a tombstone remains. */
  isDeleted: boolean;
  /** Who holds the thread, and until when by the store's clock; null when nobody does. */
  lease: { owner: string; expiresInMs: number } | null;
}
