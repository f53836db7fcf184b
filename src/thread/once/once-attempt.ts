// One attempt to run a turn at most once: decides by the record in the store whether to send it, and records its end.
import type { CodexError } from "../../errors/errors.js";
import { InvalidInputError, StoreError } from "../../errors/errors.js";
import type { ThreadEvent } from "../../events/events.js";
import type { MarkValue } from "../../thread-store/thread-append.js";
import type { RecordedCall, ThreadMarks, TurnEnd, TurnOnce } from "../../transport/transport.js";
import { TurnFold } from "../../turn/turn-fold.js";
import { markKey, readMark, toMark } from "./once-marks.js";
import type { StartedMark } from "./once-marks.js";
import { workerLostNote, toConversationItems } from "./conversation-items.js";
import { OutcomeKnown } from "./outcome-known.js";
import type { RecordedError, OnceOutcome, UnfinishedCall, WorkerLossPolicy } from "./once-outcome.js";

export interface AttemptOptions {
  turnKey: string;
  /** A hash of the turn's input. */
  input: string;
  /** Text for the agent instead of a prompt. */
  note: string | undefined;
  onWorkerLoss: WorkerLossPolicy;
  maxContinuations: number;
}

/** Errors after which the progress of the turn is unknown. */
const losses: ReadonlySet<string> = new Set(["exited", "protocol", "incomplete", "closed", "store", "lease_lost"]);

export function isWorkerLoss(error: CodexError): boolean {
  return losses.has(error.code);
}

export class OnceAttempt implements TurnOnce {
  /** Whether the store contains, or may contain, a record of this attempt. */
  hasStarted = false;
  readonly #options: AttemptOptions;
  readonly #fold = new TurnFold();
  #started: StartedMark | undefined;
  #eventsAfter = "";
  #continuation = 0;

  constructor(options: AttemptOptions) {
    this.#options = options;
  }

  onEvent(event: ThreadEvent): void {
    this.#fold.add(event);
  }

  async begin(marks: ThreadMarks): Promise<readonly unknown[] | undefined> {
    const { turnKey, note } = this.#options;
    await marks.flush();
    const first = await this.#read(marks, 0);
    this.#eventsAfter = first?.eventsAfter ?? marks.eventsAfter;
    if (!first) {
      await this.#record(marks, 0, []);
      return note === undefined ? undefined : toConversationItems([], note);
    }
    if (first.state === "ended") throw new OutcomeKnown(first.outcome);
    let last = first;
    for (;;) {
      const next = await this.#read(marks, this.#continuation + 1);
      if (next?.state !== "started") break;
      last = next;
      this.#continuation += 1;
    }
    const { hasPrompt } = this.#continuation > 0 ? { hasPrompt: true } : await marks.recordedSince(first.sizes);
    const { unansweredCalls, completed } = await marks.recordedSince(last.sizes);
    if (completed) {
      // The process was lost after the turn's last bytes and before its outcome was recorded.
      const common = { ...this.#common(marks.threadId), ...completed };
      const known: OnceOutcome<undefined> = { ...common, status: "completed", output: undefined };
      await marks.write(this.#endMarks(known));
      throw new OutcomeKnown(known);
    }
    const isPromptRecorded = hasPrompt || note !== undefined;
    const lostCalls = [...last.lostCalls, ...unansweredCalls.filter(({ result }) => result === null).map(toUnfinished)];
    if (this.#mayContinue(isPromptRecorded)) {
      await this.#record(marks, this.#continuation + 1, lostCalls);
      const own = unansweredCalls.filter(({ threadId }) => threadId === marks.threadId);
      return toConversationItems(own, workerLostNote);
    }
    const outcome: OnceOutcome<undefined> = {
      ...this.#common(marks.threadId),
      status: "interrupted",
      reason: "lost",
      error: null,
      isPromptRecorded,
      unfinishedCalls: lostCalls,
    };
    // With "ask", the caller decides, and can still continue the turn.
    if (this.#options.onWorkerLoss !== "ask") await marks.write(this.#endMarks(outcome));
    throw new OutcomeKnown({ ...outcome, turnKey });
  }

  end(marks: ThreadMarks, end: TurnEnd, error?: CodexError): Record<string, MarkValue> {
    if (error && isWorkerLoss(error)) return {};
    const common = { ...this.#common(marks.threadId), turnId: end.id, usage: end.usage };
    if (!error) return this.#endMarks({ ...common, status: "completed", output: undefined });
    const known = toRecordedError(error);
    if (error.code !== "interrupted" && error.code !== "timed_out") {
      return this.#endMarks({ ...common, status: "failed", error: known });
    }
    const unfinishedCalls = this.#started?.lostCalls ?? [];
    return this.#endMarks({
      ...common,
      status: "interrupted",
      reason: "stopped",
      error: known,
      isPromptRecorded: true,
      unfinishedCalls,
    });
  }

  /** A continuation requires that the conversation contains the input. */
  #mayContinue(isPromptRecorded: boolean): boolean {
    const { onWorkerLoss, maxContinuations } = this.#options;
    return onWorkerLoss === "continue" && isPromptRecorded && this.#continuation < maxContinuations;
  }

  async #read(marks: ThreadMarks, continuation: number) {
    const { turnKey, input } = this.#options;
    const mark = readMark(await marks.read(markKey(turnKey, continuation)));
    if (mark) checkInput(turnKey, mark.input, input);
    return mark;
  }

  async #record(marks: ThreadMarks, continuation: number, lostCalls: UnfinishedCall[]): Promise<void> {
    const { turnKey, input } = this.#options;
    const { epoch, sizes } = marks;
    const eventsAfter = this.#eventsAfter;
    const started: StartedMark = { state: "started", epoch, input, sizes, eventsAfter, lostCalls };
    this.hasStarted = true;
    this.#continuation = continuation;
    this.#started = started;
    const key = markKey(turnKey, continuation);
    await marks.write({ [key]: toMark(started) });
    // If the store lost the record, the turn would be sent again.
    if (readMark(await marks.read(key))?.state === "started") return;
    throw new StoreError("The thread store does not return what it committed. The turn was not sent.", {
      isRetryable: false,
    });
  }

  #common(threadId: string) {
    const { turnKey } = this.#options;
    const { finalResponse } = this.#fold;
    const [eventsAfter, continuations] = [this.#eventsAfter, this.#continuation];
    return { turnKey, threadId, turnId: null, finalResponse, usage: null, eventsAfter, continuations };
  }

  #endMarks(outcome: OnceOutcome<undefined>): Record<string, MarkValue> {
    const { turnKey, input } = this.#options;
    return { [markKey(turnKey)]: toMark({ state: "ended", input, eventsAfter: this.#eventsAfter, outcome }) };
  }
}

/** @throws InvalidInputError if the key was used for another input. */
export function checkInput(turnKey: string, recorded: string, given: string): void {
  if (recorded === given) return;
  throw new InvalidInputError(
    `The turn key ${JSON.stringify(turnKey)} was used for another input. Use a new key for each turn.`,
  );
}

function toUnfinished({ callId, name, arguments: given, threadId }: RecordedCall): UnfinishedCall {
  return { callId, name, arguments: given, threadId };
}

function toRecordedError({ code, message, isRetryable }: CodexError): RecordedError {
  return { code, message, isRetryable };
}
