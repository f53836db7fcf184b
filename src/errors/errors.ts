// Every error this SDK throws: one class for each thing a caller may want to catch.
import type { CodexErrorCode } from "../events/error-code.js";
import type { ThreadItem } from "../events/items.js";
import type { TurnCost } from "../usage/turn-cost.js";
import type { TurnUsage } from "../usage/turn-usage.js";

/** What a turn had when it ended in an error. */
export interface PartialTurn extends TurnUsage {
  /** What it cost; undefined without the option `prices`. */
  cost?: TurnCost | undefined;
  /** The turn's id, where codex had given one. */
  id: string | null;
  /** The ID of the turn's thread, if Codex had created the thread. */
  threadId: string | null;
  items: ThreadItem[];
  finalResponse: string;
  diff: string | null;
}

export interface CodexErrorOptions {
  cause?: unknown;
  /** The status that the model's endpoint answered with. */
  httpStatus?: number | undefined;
  /** How long the endpoint asked to wait, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** When a limit is lifted. */
  resetsAt?: Date | undefined;
}

export type { CodexErrorCode } from "../events/error-code.js";

/** As text, since a minifier renames classes. */
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

/** The base of all errors of this SDK. `code` says which; `isRetryable` says whether the same call may work later. */
export class CodexError extends Error {
  readonly code: CodexErrorCode;
  readonly isRetryable: boolean;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly resetsAt: Date | undefined;
  /** What the turn had, for errors that ended one. */
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
    // What is not known should not be printed as undefined.
    for (const field of ["httpStatus", "retryAfterMs", "resetsAt"] as const) {
      if (this[field] === undefined) Object.defineProperty(this, field, { enumerable: false });
    }
    Object.defineProperty(this, "turn", { value: undefined, writable: true, enumerable: false, configurable: true });
  }

  /** Whether `value` is an error of this SDK, also when it comes from another copy of it, another bundle or realm. */
  static isInstance(value: unknown): value is CodexError {
    return typeof value === "object" && value !== null && brand in value;
  }
}

/** An option, input or schema was wrong. Thrown before anything is sent. */
export class InvalidInputError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("invalid_input", message, options);
  }
}

/** The chosen transport, or this codex, cannot do what was asked. Thrown before the turn starts. */
export class UnsupportedError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("unsupported", message, options);
  }
}

/** The working directory is not inside a git repository, and `skipGitRepoCheck` is not set. */
export class NotAGitRepositoryError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("not_a_git_repository", message, options);
  }
}

/** The `Codex` was closed. */
export class ClosedError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("closed", message, options);
  }
}

/** The endpoint refused the key or login (401, 403). */
export class UnauthorizedError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("unauthorized", message, options);
  }
}

/** The account's quota or plan limit is used up. */
export class UsageLimitError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("usage_limit", message, options);
  }
}

/** A limit of the option `budget` was exceeded. The turn and its commands have ended; the thread can be used again. */
export class BudgetExceededError extends CodexError {
  /** The limit that was exceeded. */
  readonly limit: "usd" | "tokens" | "turns" | "durationMs";
  /** What the budget adds up. */
  readonly scope: "turn" | "thread" | "codex";
  /** The amount spent, in the unit of the limit: US dollars, tokens, turns or milliseconds. */
  readonly spent: number;
  /** The limit's value. */
  readonly allowed: number;

  constructor(
    budget: Pick<BudgetExceededError, "limit" | "scope" | "spent" | "allowed">,
    unpricedModel?: string,
    options: CodexErrorOptions = {},
  ) {
    const { limit, scope, spent, allowed } = budget;
    const what =
      unpricedModel === undefined
        ? `The budget of the ${scope} is exceeded: ${round(spent)} of ${allowed} ${units[limit]} (\`budget.${limit}\`). Raise the limit to continue.`
        : `The budget of the ${scope} cannot be watched: \`prices\` has no price for the model "${unpricedModel}". Add its price, or limit \`tokens\`.`;
    super("budget_exceeded", what, options);
    this.limit = limit;
    this.scope = scope;
    this.spent = spent;
    this.allowed = allowed;
  }
}

const units = { usd: "US dollars", tokens: "tokens", turns: "turns", durationMs: "milliseconds" } as const;

function round(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}

/** Too many requests for the moment (429). */
export class RateLimitError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("rate_limit", message, { ...options, isRetryable: true });
  }
}

/** The model's endpoint or codex itself is overloaded. */
export class OverloadedError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("overloaded", message, { ...options, isRetryable: true });
  }
}

/** The conversation no longer fits into the model's context window. */
export class ContextWindowExceededError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("context_window_exceeded", message, options);
  }
}

/** The endpoint has no such model, or the account may not use it. */
export class ModelNotFoundError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("model_not_found", message, options);
  }
}

/** The endpoint or codex refused the request as malformed. */
export class BadRequestError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("bad_request", message, options);
  }
}

/** The endpoint could not be reached, or its answer broke off, and codex gave up reconnecting. */
export class StreamDisconnectedError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("stream_disconnected", message, { ...options, isRetryable: true });
  }
}

/** The sandbox cannot work on this machine, so the agent's commands cannot run. */
export class SandboxUnavailableError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("sandbox_unavailable", message, options);
  }
}

/** The request was refused by a usage policy. */
export class PolicyError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("policy", message, options);
  }
}

/** An MCP server that is `required` did not start. */
export class McpServerError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("mcp_server", message, options);
  }
}

/** codex ended its output without ending the turn. */
export class TurnIncompleteError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("incomplete", message, { ...options, isRetryable: true });
  }
}

/** No such thread in this CODEX_HOME. */
export class ThreadNotFoundError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("thread_not_found", message, options);
  }
}

/** The thread is archived: `unarchive()` it first. */
export class ThreadArchivedError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("thread_archived", message, options);
  }
}

/** Threads that were forked from this one still read their history from it. Delete them first, or archive it instead. */
export class ThreadInUseError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("thread_in_use", message, options);
  }
}

/** A turn is running on the thread, so this cannot be done to it now. */
export class ThreadBusyError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("thread_busy", message, { ...options, isRetryable: true });
  }
}

/** The thread store failed, or could not be reached. `isRetryable` is false where the same call would fail again. */
export class StoreError extends CodexError {
  constructor(message: string, options: CodexErrorOptions & { isRetryable?: boolean } = {}) {
    super("store", message, { ...options, isRetryable: options.isRetryable ?? true });
  }
}

/**
 * The thread's lease in the store expired, and it was claimed elsewhere. Nothing that this process produced after the
 * last committed append is in the store. Not retryable: the turn may have run in part, and the new owner may run it too.
 */
export class LeaseLostError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("lease_lost", message, options);
  }
}

/** codex said something that this SDK could not take, or refused a request of its protocol. */
export class ProtocolError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("protocol", message, options);
  }
}

/** The turn failed for a reason that has no class of its own; the message is codex's. */
export class TurnFailedError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("turn_failed", message, options);
  }
}

/** No codex binary was found. */
export class CodexNotFoundError extends CodexError {
  /** Every place that was looked at, in order. */
  readonly tried: readonly string[];

  constructor(message: string, tried: readonly string[], options: CodexErrorOptions = {}) {
    super("codex_not_found", message, options);
    this.tried = tried;
  }
}

/** There is a file where codex should be, but it cannot be started, or it is not codex. */
export class CodexUnusableError extends CodexError {
  readonly executablePath: string;

  constructor(message: string, executablePath: string, options: CodexErrorOptions = {}) {
    super("codex_unusable", message, options);
    this.executablePath = executablePath;
  }
}

/** codex ended while a turn or a request needed it. The thread goes on with the next `run`. */
export class CodexExitedError extends CodexError {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last of what codex wrote to stderr. */
  readonly stderr: string;

  constructor(
    message: string,
    exit: { exitCode: number | null; signal: string | null; stderr: string },
    options: CodexErrorOptions = {},
  ) {
    super("exited", message, { ...options, isRetryable: true });
    this.exitCode = exit.exitCode;
    this.signal = exit.signal;
    this.stderr = exit.stderr;
  }
}

/** The turn was ended by `signal`, `interrupt()`, `close()` or by leaving its loop. `cause` is the signal's reason. */
export class TurnInterruptedError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("interrupted", message, options);
  }
}

/** The turn took longer than `timeoutMs`, or was silent for longer than `idleTimeoutMs`. */
export class TurnTimedOutError extends CodexError {
  /** Which limit it was. */
  readonly limit: "timeoutMs" | "idleTimeoutMs";
  readonly limitMs: number;

  constructor(limit: "timeoutMs" | "idleTimeoutMs", limitMs: number, options: CodexErrorOptions = {}) {
    const what = limit === "timeoutMs" ? "was not done after" : "said nothing for";
    super("timed_out", `The turn ${what} ${limitMs} ms (${limit}) and was interrupted.`, {
      ...options,
      isRetryable: true,
    });
    this.limit = limit;
    this.limitMs = limitMs;
  }
}

/** The final answer does not fit the turn's `outputSchema`. */
export class OutputInvalidError extends CodexError {
  /** The answer as the agent wrote it. */
  readonly text: string;
  /** What does not fit, and where. */
  readonly issues: readonly OutputIssue[];

  constructor(message: string, text: string, issues: readonly OutputIssue[], options: CodexErrorOptions = {}) {
    super("output_invalid", message, { ...options, isRetryable: true });
    this.text = text;
    this.issues = issues;
  }
}

export interface OutputIssue {
  message: string;
  /** Property names and indices from the root. */
  path: readonly PropertyKey[];
}
