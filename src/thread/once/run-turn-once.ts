// Runs a turn at most once, across processes: the store of the thread records that it started and how it ended.
import { CodexError, InvalidInputError, StoreError } from "../../errors/errors.js";
import type { ThreadEvent } from "../../events/events.js";
import type { Input } from "../../input/input.js";
import type { TurnOptions } from "../../options/options.js";
import type { InferOutput, OutputSchema } from "../../schema/output-schema.js";
import { parseResponse } from "../../turn/prepare-turn.js";
import { describe } from "../../validation/check-options.js";
import type { StreamedTurn } from "../../turn/streamed-turn.js";
import type { Thread } from "../thread.js";
import { checkInput, isWorkerLoss, OnceAttempt } from "./once-attempt.js";
import type { AttemptOptions } from "./once-attempt.js";
import { markKey, readMark } from "./once-marks.js";
import { OutcomeKnown } from "./outcome-known.js";
import type { OnceOutcome, WorkerLossPolicy } from "./once-outcome.js";

export interface CommonOnceOptions<Schema extends OutputSchema | undefined> extends TurnOptions<Schema> {
  /**
   * Identifies the turn in its thread. Pass the same key with every repetition of the work. 1 to 400
   * characters, without control characters.
   */
  turnKey: string;
  /**
   * What to do if the turn had started in a process that was lost. `fail` records it as interrupted. `ask` returns that it
   * was interrupted; a later call with `continue` and the same key continues it. `continue` continues it and informs the
   * agent which calls may have run.
   * @defaultValue "ask"
   */
  onWorkerLoss?: WorkerLossPolicy | undefined;
  /** Maximum number of continuations by `continue`. @defaultValue 3 */
  maxContinuations?: number | undefined;
  /** Called with the events of this attempt. */
  onEvent?: ((event: ThreadEvent) => void) | undefined;
  /** Called with the turn of this attempt when it is prepared, so that it can be steered or interrupted. */
  onTurn?: ((turn: Pick<StreamedTurn, "steer" | "interrupt">) => void) | undefined;
}

export type TurnOnceOptions<Schema extends OutputSchema | undefined = undefined> = CommonOnceOptions<Schema> &
  (
    | {
        /** The prompt. */
        input: Input;
        note?: undefined;
      }
    | {
        /** Continues the conversation without a prompt. The agent receives this text as a message of the developer. */
        note: string;
        input?: undefined;
      }
  );

/**
 * Runs a turn of a stored thread at most once. The first call records the key in the store together with the claim, then
 * sends the turn. Repeated calls, from any process, do not send it again: they resolve with the recorded outcome, wait
 * for the turn in this process, or detect that the process that ran it was lost (see `onWorkerLoss`).
 *
 * Resolves with an outcome if one is known, also for a turn that failed. Rejects if none is known: repeat the call with
 * the same key.
 *
 * Effects of commands are not guaranteed to occur once. A command whose end was not recorded may have run; the outcome
 * lists it, and the SDK does not run it again.
 * @throws InvalidInputError for a thread without an ID or a store, and if the key was used for another input.
 * @throws ThreadBusyError with `retryAfterMs` while another process uses the thread; StoreError; LeaseLostError.
 */
export async function runTurnOnce<const Schema extends OutputSchema | undefined = undefined>(
  thread: Thread,
  options: TurnOnceOptions<Schema>,
): Promise<OnceOutcome<InferOutput<Schema>>> {
  const { turnKey, input, note, onWorkerLoss = "ask", maxContinuations = 3, onEvent, onTurn, ...turn } = options;
  checkOptions({ turnKey, input, note, onWorkerLoss, maxContinuations });
  const { createHash } = await import("node:crypto");
  const asked = createHash("sha256")
    .update(JSON.stringify([input ?? null, note ?? null]))
    .digest("hex");
  const recorded = readMark(await thread.recordedMark(markKey(turnKey)));
  if (recorded) checkInput(turnKey, recorded.input, asked);
  const parse = async (outcome: OnceOutcome<undefined>) => {
    if (outcome.status !== "completed") return outcome;
    // The schema in the options determines the type.
    return {
      ...outcome,
      output: (await parseResponse(outcome.finalResponse, turn.outputSchema)) as InferOutput<Schema>,
    };
  };
  if (recorded?.state === "ended") return parse(recorded.outcome);
  const attemptOptions: AttemptOptions = { turnKey, input: asked, note, onWorkerLoss, maxContinuations };
  for (;;) {
    const attempt = new OnceAttempt(attemptOptions);
    try {
      // Codex receives the note as an item of the conversation.
      const running = await thread.runAttempt(input ?? note ?? "", turn, attempt);
      onTurn?.(running);
      for await (const event of running.events) onEvent?.(event);
      await running.completed();
    } catch (error) {
      if (error instanceof OutcomeKnown) return await parse(error.outcome);
      // A result that was not recorded is not an outcome.
      if (!CodexError.isInstance(error) || !attempt.hasStarted) throw error;
      if (isWorkerLoss(error) && error.code !== "exited" && error.code !== "protocol" && error.code !== "incomplete")
        throw error;
    }
    const mark = readMark(await thread.recordedMark(markKey(turnKey)));
    if (mark?.state === "ended") return parse(mark.outcome);
    if (!mark) {
      throw new StoreError(
        `The thread store does not return what it committed: it has no record of the turn ${JSON.stringify(turnKey)}, which was sent. Do not repeat the call.`,
        { isRetryable: false },
      );
    }
    // Codex was lost during the turn: the next attempt detects that it had started.
  }
}

type Given = Pick<AttemptOptions, "turnKey" | "onWorkerLoss" | "maxContinuations"> & {
  input: unknown;
  note: string | undefined;
};

function checkOptions({ turnKey, input, note, onWorkerLoss, maxContinuations }: Given): void {
  if (typeof turnKey !== "string" || turnKey === "" || turnKey.length > 400) {
    throw new InvalidInputError("`turnKey` must have 1 to 400 characters.");
  }
  // Some stores cannot keep control characters and lone surrogates, and keys that differ in them only would be the same.
  if (/[\p{Cc}\p{Cs}]/u.test(turnKey)) {
    throw new InvalidInputError(
      `\`turnKey\` contains a control character or half of a surrogate pair: ${JSON.stringify(turnKey)}. Encode it, for example as base64url.`,
    );
  }
  if ((input === undefined) === (note === undefined)) {
    throw new InvalidInputError("`input` and `note` exclude each other. Pass one of them.");
  }
  if (!["fail", "ask", "continue"].includes(onWorkerLoss)) {
    throw new InvalidInputError(`\`onWorkerLoss\` must be "fail", "ask" or "continue", not ${describe(onWorkerLoss)}.`);
  }
  if (!Number.isSafeInteger(maxContinuations) || maxContinuations < 0) {
    throw new InvalidInputError(`\`maxContinuations\` must be a whole number, 0 or more, not ${maxContinuations}.`);
  }
}
