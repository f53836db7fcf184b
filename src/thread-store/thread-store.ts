// What a store of threads must do. The core writes through this interface; adapters such as `fileStore` implement it.
import type { Claim, ClaimedThread, ClaimOptions, ThreadHead } from "./thread-head.js";
import type { MarkValue, ThreadAppend } from "./thread-append.js";

/** A part of a file: from `start` up to, and without, `end`. */
export interface FileRange {
  start: number;
  end: number;
}

export interface ThreadHeadQuery {
  /** Continue after this thread ID: the `next` of the previous page. */
  after?: string | undefined;
  /** The largest number of threads in a page. @defaultValue 100 */
  limit?: number | undefined;
}

/** A page of threads in the order of their IDs. Deleted threads are left out. */
export interface ThreadHeadPage {
  threads: ThreadHead[];
  /** The `after` of the next page; null on the last page. */
  next: string | null;
}

/**
 * A place where conversations are kept, shared by any number of machines.
 *
 * A thread in the store is a set of files (the bytes of Codex's rollout files), a manifest, and marks. All three change
 * only by `append`, which applies all of its changes or none. A thread is written by one claim at a time: each claim has
 * an epoch, one higher than that of the claim before it, and only the newest epoch can write.
 *
 * Every method rejects with `StoreError` when the store cannot be reached or did not answer. A call that was rejected in
 * this way may have been applied; repeating it is safe. Verify an implementation with `testThreadStore` of
 * `codex-sdk/store/testing`.
 */
export interface ThreadStore {
  /** How long a claim lasts after its last sign of life, in milliseconds. The SDK passes it to `claim` as `ttlMs`. */
  readonly leaseMs: number;

  /**
   * Verifies that the backend provides what the guarantees depend on. The SDK calls it before its first use of the store.
   * Idempotent.
   * @throws StoreError when the backend cannot be reached or does not provide the guarantees.
   */
  check(): Promise<void>;

  /**
   * Makes the caller the only writer of a thread, under a new epoch. The thread need not exist in the store.
   * A claim lasts for `ttlMs` by the store's clock after the last `claim`, `renew` or `append` of its holder.
   * @throws ThreadBusyError with `retryAfterMs` while another claim lasts; ThreadNotFoundError for a deleted thread.
   */
  claim(threadId: string, options: ClaimOptions): Promise<ClaimedThread>;

  /** Extends the claim by its `ttlMs`. @throws LeaseLostError when another claim was made since, or the claim ended. */
  renew(claim: Claim): Promise<void>;

  /** Ends the claim, so that the next one need not wait. Does nothing for a claim that has ended. */
  release(claim: Claim): Promise<void>;

  /**
   * Commits bytes, the manifest and marks, all or nothing.
   *
   * It is applied when `append.version` is one higher than the thread's version and every write begins at the end of its
   * file. An exact repeat of the newest append (same claim, version and content) resolves and changes nothing, so that
   * the caller can repeat a call whose outcome it does not know.
   * @throws LeaseLostError for a claim that is not the newest one, or was released; StoreError with `isRetryable: false`
   * for a wrong version or offset. Nothing changes then.
   * @throws ThreadNotFoundError when the manifest names an ancestor that is not in the store.
   */
  append(claim: Claim, append: ThreadAppend): Promise<void>;

  /**
   * The bytes of a file. A range beyond the end of the file gives the bytes that exist.
   * @throws ThreadNotFoundError for a thread or file that is not in the store.
   */
  read(threadId: string, file: string, range?: FileRange): Promise<Uint8Array>;

  /** What is committed of a thread, without the bytes; undefined for a thread that was never claimed. */
  head(threadId: string): Promise<ThreadHead | undefined>;

  /** The value of a mark; undefined when it was never set. */
  mark(threadId: string, key: string): Promise<MarkValue | undefined>;

  /** The threads that have a manifest and are not deleted. */
  list(query?: ThreadHeadQuery): Promise<ThreadHeadPage>;

  /**
   * Deletes the files, manifest and marks of the claimed thread and ends the claim. A tombstone with the epoch remains:
   * the thread can neither be claimed nor written again.
   * @throws ThreadInUseError while the manifest of another thread names this one as an ancestor; LeaseLostError.
   */
  delete(claim: Claim): Promise<void>;

  /** Releases what the adapter itself opened. Resources that the caller passed in stay open. */
  close?(): Promise<void>;
}
