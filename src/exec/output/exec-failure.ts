// The error of a turn over exec, if Codex exited without reporting the end of the turn.
import {
  CodexExitedError,
  NotAGitRepositoryError,
  ProtocolError,
  TurnFailedError,
  TurnIncompleteError,
  UnsupportedError,
} from "../../errors/errors.js";
import type { CodexError } from "../../errors/errors.js";
import { configurationError, mcpServerError, requestProblem } from "../../errors/codex-messages.js";
import { archivedError, claimedElsewhereError, threadNotFoundError } from "../../errors/thread-errors.js";
import { toError } from "../../errors/to-error.js";
import type { ExitStatus } from "../../process/child/codex-process.js";
import { endMessage } from "../../process/child/exit-message.js";
import { notCodexError } from "../../process/locate/identify.js";
import type { Executable } from "../../process/locate/identify.js";
import { causeIn } from "../../process/child/stderr-cause.js";
import type { ExecOutput } from "./exec-output.js";

export interface Silence {
  status: ExitStatus;
  output: ExecOutput;
  threadId: string | null;
  codexHome: string;
}

export function failureOf({ status, output, threadId, codexHome }: Silence): CodexError {
  if (output.lastError !== undefined) return reportedFailure(output.lastError, status);
  if (status.exitCode === 0) return incomplete(status, output.unreadable);
  // Not redacted yet: redaction must not affect the classification.
  const cause = causeIn(status.rawStderr, { logged: status.signal === null });
  const options = { cause: exited(cause, status) };
  switch (requestProblem(cause)) {
    case "invalid_configuration":
      return configurationError(cause, options);
    case "mcp_server":
      return mcpServerError(cause, options);
    case "thread_not_found":
      if (threadId !== null) return threadNotFoundError(threadId, codexHome, options);
      break;
    case "thread_archived":
      if (threadId !== null) return archivedError(threadId, options);
      break;
    case "thread_open_elsewhere":
      if (threadId !== null) return claimedElsewhereError(threadId, options);
      break;
    case "not_a_git_repository":
      return new NotAGitRepositoryError(
        `${cause} Pass a \`workingDirectory\` in a git repository, or \`skipGitRepoCheck: true\`.`,
        options,
      );
    case "untrusted_policy":
      return new UnsupportedError(
        'The "exec" transport does not support approvals, which `approvalPolicy: "untrusted"` requires. ' +
          'Use `transport: "app-server"` with `onApproval`, or `approvalPolicy: "never"`.',
        options,
      );
    default:
  }
  return exited(cause, status);
}

/** If a program printed no event and failed at Codex's arguments or exited without an error, it may not be Codex. */
export async function notCodex(
  output: ExecOutput,
  status: ExitStatus,
  executable: Executable,
): Promise<CodexError | undefined> {
  if (output.hasEvents || status.signal !== null) return undefined;
  const didNothing = status.exitCode === 0;
  if (!didNothing && !unsupportedExec.test(status.rawStderr)) return undefined;
  return notCodexError(executable, { silentIsCodex: didNothing });
}

/** What programs print about an unknown option, or about a file named `exec` that they cannot read. */
const unsupportedExec = /experimental-json|(open|find|such).*\bexec\b|\bexec\b.*(open|find|found|such)/i;

/** Codex reported a reason, which is more specific than its exit code. */
function reportedFailure(reason: string, status: ExitStatus): CodexError {
  const error = toError({ message: reason });
  return error instanceof TurnFailedError && status.exitCode !== 0 ? exited(reason, status) : error;
}

function incomplete(status: ExitStatus, unreadable: number): CodexError {
  const last = status.stderr === "" ? "" : ` Its last output on stderr: ${causeIn(status.stderr) || status.stderr}`;
  const cause = exited("", status);
  if (unreadable > 0) {
    const lines = unreadable === 1 ? "a line" : `${unreadable} lines`;
    return new ProtocolError(
      `Codex exited (code 0) without ending the turn, and printed ${lines} that this SDK cannot read.${last}`,
      { cause },
    );
  }
  return new TurnIncompleteError(`Codex exited (code 0) without ending the turn.${last}`, { cause });
}

function exited(cause: string, status: ExitStatus): CodexExitedError {
  const message = endMessage(cause, status, (how) => `Codex ${how} before the turn ended`);
  return new CodexExitedError(message, status);
}
