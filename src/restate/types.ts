// The requests and responses of a durable thread. They are JSON.
import type {
  ApprovalRequest,
  Codex,
  RecordedError,
  ThreadOptions,
  TurnOptions,
  UnfinishedCall,
  Usage,
  WorkerLossPolicy,
} from "../index.js";

export interface CodexThreadOptions {
  /** Requires a store that all workers share. */
  codex: Codex;
  /** The options of each thread. Clients cannot change the agent's permissions. */
  thread?: ThreadOptions | undefined;
  /** The name of the virtual object. @defaultValue "codex-thread" */
  name?: string | undefined;
  /**
   * Whether requests that `thread.onApproval` does not decide wait for the handler `approve`. Otherwise they are
   * declined.
   * @defaultValue false
   */
  waitForApprovals?: boolean | undefined;
  /**
   * How long a worker keeps a turn that is waiting for an approval, in milliseconds. After that, the turn is parked.
   * @defaultValue 30,000
   */
  parkAfterMs?: number | undefined;
  /** What happens to a turn whose worker is lost. @defaultValue "fail" */
  onWorkerLoss?: WorkerLossPolicy | undefined;
  /** The time without activity after which Restate suspends a waiting handler, in milliseconds. @defaultValue 60,000 */
  inactivityTimeoutMs?: number | undefined;
  /** How long Restate waits for a suspended handler to end before it aborts it, in milliseconds. @defaultValue 86,400,000 */
  abortTimeoutMs?: number | undefined;
}

export interface RunRequest {
  input: string;
  /** @defaultValue the ID of the Restate invocation, which is the same for the same idempotency key */
  turnKey?: string | undefined;
  /** `outputSchema` is a JSON Schema. */
  options?:
    | (Pick<TurnOptions, "model" | "modelReasoningEffort" | "timeoutMs" | "idleTimeoutMs"> & {
        outputSchema?: Record<string, unknown> | undefined;
      })
    | undefined;
}

export interface RunSummary {
  status: "completed" | "failed" | "interrupted";
  turnKey: string;
  threadId: string;
  turnId: string | null;
  finalResponse: string;
  /** The final answer, parsed by `outputSchema`. */
  output?: unknown;
  usage: Usage | null;
  /**
   * The cursor before the turn's events. Read them with `codex.resumeThread(threadId).events({ after: eventsAfter })`
   * in any process with the store. The last one has this `turnId`, and is `turn.completed` or `turn.failed`.
   */
  eventsAfter: string;
  /** The reason why the turn failed or was stopped. */
  error: RecordedError | null;
  /** Calls without a recorded end. */
  unfinishedCalls: UnfinishedCall[];
}

/** An open request. `worker_lost` asks whether to continue a turn whose worker was lost. */
export type OpenRequest =
  | { id: string; type: "approval"; request: ApprovalRequest }
  | { id: string; type: "worker_lost"; unfinishedCalls: UnfinishedCall[] };

export interface ApproveRequest {
  /** The `id` of an open request. */
  id: string;
  /** For `worker_lost`, `approve` continues the turn. */
  decision: "approve" | "decline";
  /** The agent receives this reason. */
  reason?: string | undefined;
}

export interface ThreadState {
  /** `waiting`: the turn waits for the answer to `request`. */
  status: "idle" | "running" | "waiting";
  /** Codex's thread ID, which identifies events and history in the store. */
  threadId: string | null;
  turnKey: string | null;
  request: OpenRequest | null;
}
