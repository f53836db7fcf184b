// What a writer gets that no longer holds its thread.
import { LeaseLostError } from "../index.js";
import type { Claim } from "../index.js";

export function lostError({ threadId, epoch, owner }: Claim, newestEpoch: number): LeaseLostError {
  const why = newestEpoch === epoch ? "the claim has ended" : `it was claimed again as epoch ${newestEpoch}`;
  return new LeaseLostError(`${owner} no longer holds thread ${threadId} (epoch ${epoch}): ${why}.`);
}
