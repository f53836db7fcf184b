// The interface of a thread store. The core writes through it; adapters such as `fileStore` implement it.
import type { Claim, ClaimedThread, ClaimOptions, ThreadHead } from "./thread-head.js";
import type { MarkValue, ThreadAppend } from "./thread-append.js";

/** A part of a file: from `start` (inclusive) to `end` (exclusive). */
export interface FileRange {
  start: number;
  end: number;
}

export interface ThreadHeadQuery {
  /** Continue after this thread ID: the `next` of the previous page. */
  after?: string | undefined;
  /** Maximum number of threads in a page. @defaultValue 100 */
  limit?: number | undefined;
}

/** A page of threads in the order of their IDs, without deleted threads. */
export interface ThreadHeadPage {
  threads: ThreadHead[];
  /** The `after` of the next page; null on the last page. */
  next: string | null;
}

/**
 * A store of conversations, shared by any number of machines.
 *
 * A thread in the store consists of files (the bytes of Codex's rollout files), a manifest, and marks. All three change only
 * by `append`, which applies all of its changes or none. One claim at a time can write a thread: each claim has an epoch,
 * one higher than that of the previous claim, and only the newest epoch can write.
 *
 * Every method rejects with `StoreError` if the store cannot be reached or does not respond. A call that was rejected in
 * this way may have been applied; repeating it is safe. Test an implementation with `testThreadStore` of
 * `codex-sdk/store/testing`.
 */
export interface ThreadStore {
  /** Duration of a claim after its last renewal, in milliseconds. The SDK passes it to `claim` as `ttlMs`. */
  readonly leaseMs: number;

  /**
   * Verifies that the backend provides what the guarantees require. The SDK calls it before it uses the store.
   * Idempotent.
   * @throws StoreError if the backend cannot be reached or does not provide the guarantees.
   */
  check(): Promise<void>;

  /**
   * Makes the caller the only writer of a thread, with a new epoch. The thread does not have to exist in the store.
   * A claim lasts for `ttlMs`, by the store's clock, after its holder's last `claim`, `renew` or `append`.
   * @throws ThreadBusyError with `retryAfterMs` while another claim lasts; ThreadNotFoundError for a deleted thread.
   */
  claim(threadId: string, options: ClaimOptions): Promise<ClaimedThread>;

  /** Extends the claim by its `ttlMs`. @throws LeaseLostError if a newer claim exists, or the claim has ended. */
  renew(claim: Claim): Promise<void>;

  /** Ends the claim, so that the next one does not have to wait. Has no effect on a claim that has ended. */
  release(claim: Claim): Promise<void>;

  /**
   * Commits bytes, the manifest and marks, all or nothing.
   *
   * It is applied if `append.version` is one higher than the thread's version and every write begins at the end of its file.
   * An exact repetition of the newest append (same claim, version and content) resolves without changes, so that the caller
   * can repeat a call with an unknown outcome.
   * @throws LeaseLostError if the claim is not the newest one, or was released; StoreError with `isRetryable: false` for a
   * wrong version or offset. Nothing changes then.
   * @throws ThreadNotFoundError if the manifest names an ancestor that is not in the store.
   */
  append(claim: Claim, append: ThreadAppend): Promise<void>;

  /**
   * Reads bytes of a file. A range beyond the end of the file returns the existing bytes.
   * @throws ThreadNotFoundError for a thread or file that is not in the store.
   */
  read(threadId: string, file: string, range?: FileRange): Promise<Uint8Array>;

  /** The committed state of a thread, without its bytes; undefined for a thread that was never claimed. */
  head(threadId: string): Promise<ThreadHead | undefined>;

  /** The value of a mark; undefined if it was never set. */
  mark(threadId: string, key: string): Promise<MarkValue | undefined>;

  /** The threads that have a manifest and are not deleted. */
  list(query?: ThreadHeadQuery): Promise<ThreadHeadPage>;

  /**
   * Deletes the files, manifest and marks of the claimed thread and ends the claim. A tombstone with the epoch remains:
   * the thread can neither be claimed nor written again.
   * @throws ThreadInUseError while the manifest of another thread names this one as an ancestor; LeaseLostError.
   */
  delete(claim: Claim): Promise<void>;

  /** Releases what the adapter itself opened. Resources that the caller passed stay open. */
  close?(): Promise<void>;
}
