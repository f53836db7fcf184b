// What became of a turn that runs at most once.
import type { CodexErrorCode } from "../../events/error-code.js";
import type { Usage } from "../../events/events.js";
import type { RecordedCall } from "../../transport/transport.js";

/** A call of the agent whose end was not recorded: it may have run, in part or as a whole. */
export type UnfinishedCall = Pick<RecordedCall, "callId" | "name" | "arguments" | "threadId">;

export interface RecordedError {
  code: CodexErrorCode;
  message: string;
  isRetryable: boolean;
}

interface CommonOutcome {
  turnKey: string;
  threadId: string;
  /** Codex's ID of the turn that ended; null where none was recorded. */
  turnId: string | null;
  /** The final answer, or what there was of it. */
  finalResponse: string;
  /** The tokens of the turn that ended; null when none were reported. */
  usage: Usage | null;
  /** How often the turn was continued after a loss. */
  continuations: number;
}

/** The turn completed. */
export interface CompletedOutcome<Output = unknown> extends CommonOutcome {
  status: "completed";
  /** The final answer, parsed and validated by `outputSchema`; undefined without one. */
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
  /** `stopped` by a signal, a limit or its host; or `lost` with Codex, its process or its machine. */
  reason: "stopped" | "lost";
  /** What stopped the turn; null for a turn that was lost. */
  error: RecordedError | null;
  /** Whether the conversation contains the prompt. If not, the model may still have received it. */
  isPromptRecorded: boolean;
  /** The calls whose end was not recorded. */
  unfinishedCalls: UnfinishedCall[];
}

/** How a turn ended, as it is recorded in the store. */
export type OnceOutcome<Output = unknown> = CompletedOutcome<Output> | FailedOutcome | InterruptedOutcome;

/** What happens when a turn is found that had started in a process that was lost. */
export type WorkerLossPolicy = "fail" | "ask" | "continue";
