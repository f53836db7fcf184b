// The state of a thread in a store, without its bytes.
import type { ThreadManifest } from "./thread-manifest.js";

export interface ClaimOptions {
  /** Identifies the claimant in the errors of others. Unique for each claimant, without secrets. */
  owner: string;
  /** Duration of the claim after its last renewal, in milliseconds. */
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

/** A claim, and the state of the thread. */
export interface ClaimedThread {
  claim: Claim;
  /** The state of the thread when it was claimed. `head.epoch` is the epoch of the previous claim. */
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
  /** The number of committed appends. */
  version: number;
  /** The thread's files by name. */
  files: Record<string, StoredFile>;
  /** Null until an append sets it, and once the thread is deleted. */
  manifest: ThreadManifest | null;
  /** Whether only a tombstone remains. */
  isDeleted: boolean;
  /** The holder of the claim, and its end by the store's clock; null without a claim. */
  lease: { owner: string; expiresInMs: number } | null;
}
