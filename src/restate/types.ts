// What clients of a durable thread send and receive. All of it is JSON.
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
  /** Must have a store that all workers share. */
  codex: Codex;
  /** The options of each thread. Clients cannot change what the agent may do. */
  thread?: ThreadOptions | undefined;
  /** The name of the virtual object. @defaultValue "codex-thread" */
  name?: string | undefined;
  /**
   * Whether requests that `thread.onApproval` has no opinion on wait for the handler `approve`. Without it they are
   * declined.
   * @defaultValue false
   */
  waitForApprovals?: boolean | undefined;
  /** How long a worker keeps a turn that waits for an approval, in milliseconds. Then the turn is parked. @defaultValue 30,000 */
  parkAfterMs?: number | undefined;
  /** What happens to a turn whose worker is lost. @defaultValue "fail" */
  onWorkerLoss?: WorkerLossPolicy | undefined;
  /** After how long without activity Restate suspends a handler that waits, in milliseconds. @defaultValue 60,000 */
  inactivityTimeoutMs?: number | undefined;
  /** How long Restate lets a turn finish once it wants to suspend its handler, in milliseconds. @defaultValue 86,400,000 */
  abortTimeoutMs?: number | undefined;
}

export interface RunRequest {
  input: string;
  /** @defaultValue the ID of the Restate invocation, which an idempotency key of the ingress makes the same */
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
   * Where the turn's events begin: `codex.resumeThread(threadId).events({ after: eventsAfter })`, in any process with the
   * store. The last one has this `turnId`, and is `turn.completed` or `turn.failed`.
   */
  eventsAfter: string;
  /** Why the turn failed or was stopped. */
  error: RecordedError | null;
  /** The calls whose end was not recorded. */
  unfinishedCalls: UnfinishedCall[];
}

/** What a turn waits for. `worker_lost` asks whether to continue a turn whose worker was lost. */
export type OpenRequest =
  | { id: string; type: "approval"; request: ApprovalRequest }
  | { id: string; type: "worker_lost"; unfinishedCalls: UnfinishedCall[] };

export interface ApproveRequest {
  /** The `id` of an open request. */
  id: string;
  /** For `worker_lost`, `approve` continues the turn. */
  decision: "approve" | "decline";
  /** The agent reads it. */
  reason?: string | undefined;
}

export interface ThreadState {
  /** `waiting`: for the answer to `request`. */
  status: "idle" | "running" | "waiting";
  /** Codex's ID of the thread: events and history are in the store under it. */
  threadId: string | null;
  turnKey: string | null;
  request: OpenRequest | null;
}
