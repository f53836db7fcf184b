// Reports the error of a failed turn to the host: viewers get only a sentence.
import type { CodexError } from "../../index.js";
import type { TurnOutcome } from "../parts/turn-part.js";

export interface ReportFailureOptions {
  /**
   * Called with the error of a failed turn, for example to log it. The stream has only a sentence for end users.
   * @defaultValue errors are not reported
   */
  onError?: ((error: CodexError) => unknown) | undefined;
}

/** Interruptions are not failures. */
export async function reportFailure(
  ended: Promise<TurnOutcome>,
  onError: ReportFailureOptions["onError"],
): Promise<void> {
  const outcome = await ended;
  if (outcome.status !== "failed") return;
  try {
    await onError?.(outcome.error);
  } catch {
    // A report that fails must not change the stream.
  }
}
