// The base class of all errors of this SDK.
import type { CodexErrorCode } from "../events/error-code.js";
import type { ThreadItem } from "../events/items.js";
import type { TurnCost } from "../usage/turn-cost.js";
import type { TurnUsage } from "../usage/turn-usage.js";

/** The partial result of a turn that ended with an error. */
export interface PartialTurn extends TurnUsage {
  /** The turn's cost so far; undefined without the option `prices`. */
  cost?: TurnCost | undefined;
  /** The turn's ID, if Codex had assigned one. */
  id: string | null;
  /** The ID of the turn's thread, if Codex had created the thread. */
  threadId: string | null;
  items: ThreadItem[];
  finalResponse: string;
  diff: string | null;
}

export interface CodexErrorOptions {
  cause?: unknown;
  /** The HTTP status of the model endpoint's response. */
  httpStatus?: number | undefined;
  /** The delay before a retry that the endpoint requested, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** The time at which the limit resets. */
  resetsAt?: Date | undefined;
}

/** As strings, because minifiers rename classes. */
const names: Record<CodexErrorCode, string> = {
  invalid_input: "InvalidInputError",
  unsupported: "UnsupportedError",
  not_a_git_repository: "NotAGitRepositoryError",
  closed: "ClosedError",
  unauthorized: "UnauthorizedError",
  usage_limit: "UsageLimitError",
  budget_exceeded: "BudgetExceededError",
  rate_limit: "RateLimitError",
  overloaded: "OverloadedError",
  context_window_exceeded: "ContextWindowExceededError",
  model_not_found: "ModelNotFoundError",
  bad_request: "BadRequestError",
  stream_disconnected: "StreamDisconnectedError",
  sandbox_unavailable: "SandboxUnavailableError",
  policy: "PolicyError",
  mcp_server: "McpServerError",
  incomplete: "TurnIncompleteError",
  thread_not_found: "ThreadNotFoundError",
  thread_archived: "ThreadArchivedError",
  thread_in_use: "ThreadInUseError",
  thread_busy: "ThreadBusyError",
  store: "StoreError",
  lease_lost: "LeaseLostError",
  protocol: "ProtocolError",
  turn_failed: "TurnFailedError",
  codex_not_found: "CodexNotFoundError",
  codex_unusable: "CodexUnusableError",
  exited: "CodexExitedError",
  interrupted: "TurnInterruptedError",
  timed_out: "TurnTimedOutError",
  output_invalid: "OutputInvalidError",
};

const brand = Symbol.for("codex-sdk.CodexError");

/** The base class of all errors of this SDK. `isRetryable` states whether the same call may succeed later. */
export class CodexError extends Error {
  readonly code: CodexErrorCode;
  readonly isRetryable: boolean;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly resetsAt: Date | undefined;
  /** The partial result, for errors that ended a turn. */
  turn: PartialTurn | undefined;

  constructor(code: CodexErrorCode, message: string, options: CodexErrorOptions & { isRetryable?: boolean } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = names[code];
    this.code = code;
    this.isRetryable = options.isRetryable ?? false;
    this.httpStatus = options.httpStatus;
    this.retryAfterMs = options.retryAfterMs;
    this.resetsAt = options.resetsAt;
    Object.defineProperty(this, brand, { value: true });
    // Keeps unknown fields out of printed errors.
    for (const field of ["httpStatus", "retryAfterMs", "resetsAt"] as const) {
      if (this[field] === undefined) Object.defineProperty(this, field, { enumerable: false });
    }
    Object.defineProperty(this, "turn", { value: undefined, writable: true, enumerable: false, configurable: true });
  }

  /** Whether `value` is an error of this SDK, including one from another copy, bundle or realm. */
  static isInstance(value: unknown): value is CodexError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
