// The outcome of a turn that runs at most once.
import type { CodexErrorCode } from "../../events/error-code.js";
import type { Usage } from "../../events/events.js";
import type { RecordedCall } from "../../transport/transport.js";

/** A call of the agent whose end was not recorded: it may have run completely or in part. */
export type UnfinishedCall = Pick<RecordedCall, "callId" | "name" | "arguments" | "threadId">;

export interface RecordedError {
  code: CodexErrorCode;
  message: string;
  isRetryable: boolean;
}

interface CommonOutcome {
  turnKey: string;
  threadId: string;
  /** Codex's ID of the turn that ended; null if none was recorded. */
  turnId: string | null;
  /** The final answer, or the part of it that was received. */
  finalResponse: string;
  /** The tokens of the turn that ended; null if none were reported. */
  usage: Usage | null;
  /** Where the turn's events begin in `thread.events({ after })`. */
  eventsAfter: string;
  /** How often the turn was continued after its process was lost. */
  continuations: number;
}

/** The turn completed. */
export interface CompletedOutcome<Output = unknown> extends CommonOutcome {
  status: "completed";
  /** The final answer, parsed and validated with `outputSchema`; undefined without a schema. */
  output: Output;
}

/** Codex reported that the turn failed. */
export interface FailedOutcome extends CommonOutcome {
  status: "failed";
  error: RecordedError;
}

/** The turn was stopped, or the process that ran it was lost. */
export interface InterruptedOutcome extends CommonOutcome {
  status: "interrupted";
  /** `stopped` by a signal, a limit or the host; or `lost` with Codex, its process or its machine. */
  reason: "stopped" | "lost";
  /** The error that stopped the turn; null for a lost turn. */
  error: RecordedError | null;
  /** Whether the conversation contains the prompt. If not, the model may still have received it. */
  isPromptRecorded: boolean;
  /** Calls whose end was not recorded. */
  unfinishedCalls: UnfinishedCall[];
}

/** The outcome as it is recorded in the store. */
export type OnceOutcome<Output = unknown> = CompletedOutcome<Output> | FailedOutcome | InterruptedOutcome;

/** What to do with a turn that was started in a process that was lost. */
export type WorkerLossPolicy = "fail" | "ask" | "continue";
