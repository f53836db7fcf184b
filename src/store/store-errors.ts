// The errors of adapters if a thread cannot be claimed, written or deleted.
import { LeaseLostError, StoreError, ThreadBusyError, ThreadInUseError, ThreadNotFoundError } from "../index.js";
import type { Claim } from "../index.js";

/** The error for a writer whose claim has ended. */
export function lostError({ threadId, epoch, owner }: Claim, newestEpoch: number): LeaseLostError {
  const why = newestEpoch === epoch ? "the claim has ended" : `it was claimed again as epoch ${newestEpoch}`;
  return new LeaseLostError(`${owner} no longer holds thread ${threadId} (epoch ${epoch}): ${why}.`);
}

export function busyError(threadId: string, owner: string, remainingMs: number): ThreadBusyError {
  const retryAfterMs = Math.ceil(remainingMs);
  return new ThreadBusyError(
    `Thread ${threadId} is claimed by ${owner}. Retry when its owner has released it, or after ${retryAfterMs} ms, when its lease expires unless it is renewed.`,
    { retryAfterMs },
  );
}

export function deletedError(threadId: string): ThreadNotFoundError {
  return new ThreadNotFoundError(`Thread ${threadId} was deleted from the store.`);
}

export function inUseError(threadId: string, dependent: string): ThreadInUseError {
  return new ThreadInUseError(
    `Thread ${threadId} cannot be deleted: thread ${dependent} was forked from it and reads its history. Delete that one first.`,
  );
}

/** The error for an append that does not continue the stored bytes. */
export function conflictError(threadId: string, what: string): StoreError {
  return new StoreError(
    `The append to thread ${threadId} does not continue what the store has: ${what}. Read the thread's head and append from there.`,
    { isRetryable: false },
  );
}
