// The errors that this SDK throws: one class for each cause that a caller may want to handle.
import { CodexError } from "./codex-error.js";
import type { CodexErrorOptions } from "./codex-error.js";

export { CodexError } from "./codex-error.js";
export type { CodexErrorOptions, PartialTurn } from "./codex-error.js";
export type { CodexErrorCode } from "../events/error-code.js";

/** An option, an input or a schema is invalid. Thrown before anything is sent. */
export class InvalidInputError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("invalid_input", message, options);
  }
}

/** The transport or this version of Codex does not support the operation. Thrown before the turn starts. */
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

/** There are no credentials, or the endpoint rejected them (401, 403). */
export class UnauthorizedError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("unauthorized", message, options);
  }
}

/** The account's quota or plan limit is used up, until `resetsAt` if it is known. */
export class UsageLimitError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("usage_limit", message, options);
  }
}

/** A limit of the option `budget` was exceeded. The turn and its commands have ended; the thread can be used again. */
export class BudgetExceededError extends CodexError {
  /** The limit that was exceeded. */
  readonly limit: "usd" | "tokens" | "turns" | "durationMs";
  /** The scope of the budget. */
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
        : `The budget of the ${scope} cannot be checked: \`prices\` does not have a price for the model "${unpricedModel}". Add its price, or limit \`tokens\`.`;
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

/** The endpoint received too many requests (429). */
export class RateLimitError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("rate_limit", message, { ...options, isRetryable: true });
  }
}

/** The model's endpoint or Codex itself is overloaded. */
export class OverloadedError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("overloaded", message, { ...options, isRetryable: true });
  }
}

/** The conversation does not fit into the model's context window. Call `thread.compact()`. */
export class ContextWindowExceededError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("context_window_exceeded", message, options);
  }
}

/** The endpoint does not have the model, or the account cannot use it. */
export class ModelNotFoundError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("model_not_found", message, options);
  }
}

/** The endpoint or Codex rejected the request as malformed. */
export class BadRequestError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("bad_request", message, options);
  }
}

/** The endpoint could not be reached, or its response was cut off, and Codex stopped reconnecting. */
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

/** A usage policy rejected the request. */
export class PolicyError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("policy", message, options);
  }
}

/** A `required` MCP server did not start. */
export class McpServerError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("mcp_server", message, options);
  }
}

/** Codex's output ended before the turn did. */
export class TurnIncompleteError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("incomplete", message, { ...options, isRetryable: true });
  }
}

/** The thread does not exist in this `CODEX_HOME` or store. */
export class ThreadNotFoundError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("thread_not_found", message, options);
  }
}

/** The thread is archived. Call `unarchive()` on it first. */
export class ThreadArchivedError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("thread_archived", message, options);
  }
}

/** Forks of the thread still read its history. Delete the forks first, or archive the thread. */
export class ThreadInUseError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("thread_in_use", message, options);
  }
}

/** Another turn is running on the thread, or another process has opened it. */
export class ThreadBusyError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("thread_busy", message, { ...options, isRetryable: true });
  }
}

/** The thread store failed, or could not be reached. `isRetryable` is false if the same call would fail again. */
export class StoreError extends CodexError {
  constructor(message: string, options: CodexErrorOptions & { isRetryable?: boolean } = {}) {
    super("store", message, { ...options, isRetryable: options.isRetryable ?? true });
  }
}

/**
 * The thread's lease in the store expired, and another process claimed the thread. The store contains nothing that this
 * process produced after the last committed append. Not retryable: the turn may have run in part, and the new owner may
 * run it too.
 */
export class LeaseLostError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("lease_lost", message, options);
  }
}

/** Codex sent a message that the SDK cannot handle, or rejected a request. */
export class ProtocolError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("protocol", message, options);
  }
}

/** The turn failed for a reason that does not have its own class. The message is Codex's. */
export class TurnFailedError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("turn_failed", message, options);
  }
}

/** The `codex` binary was not found. */
export class CodexNotFoundError extends CodexError {
  /** The paths that were tried, in order. */
  readonly tried: readonly string[];

  constructor(message: string, tried: readonly string[], options: CodexErrorOptions = {}) {
    super("codex_not_found", message, options);
    this.tried = tried;
  }
}

/** The file found cannot run, or is not `codex`. */
export class CodexUnusableError extends CodexError {
  readonly executablePath: string;

  constructor(message: string, executablePath: string, options: CodexErrorOptions = {}) {
    super("codex_unusable", message, options);
    this.executablePath = executablePath;
  }
}

/** The Codex process exited during a turn or a request. The next `run` continues the thread with a new process. */
export class CodexExitedError extends CodexError {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The end of Codex's stderr. */
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

/** `signal`, `interrupt()`, `close()` or leaving the event loop early ended the turn. `cause` is the signal's reason. */
export class TurnInterruptedError extends CodexError {
  constructor(message: string, options: CodexErrorOptions = {}) {
    super("interrupted", message, options);
  }
}

/** The turn took longer than `timeoutMs`, or did not emit an event for `idleTimeoutMs`. */
export class TurnTimedOutError extends CodexError {
  /** The limit that was exceeded. */
  readonly limit: "timeoutMs" | "idleTimeoutMs";
  readonly limitMs: number;

  constructor(limit: "timeoutMs" | "idleTimeoutMs", limitMs: number, options: CodexErrorOptions = {}) {
    const what = limit === "timeoutMs" ? "did not end within" : "did not emit an event for";
    super("timed_out", `The turn ${what} ${limitMs} ms (${limit}) and was interrupted.`, {
      ...options,
      isRetryable: true,
    });
    this.limit = limit;
    this.limitMs = limitMs;
  }
}

/** The final answer does not match the turn's `outputSchema`. */
export class OutputInvalidError extends CodexError {
  /** The agent's answer, unchanged. */
  readonly text: string;
  /** The mismatches, each with its path. */
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
