// Why a turn over exec ended badly, where codex ended without saying how its turn did.
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
import { archivedError, openElsewhereError, threadNotFoundError } from "../../errors/thread-errors.js";
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
  if (output.lastError !== undefined) return toldFailure(output.lastError, status);
  if (status.exitCode === 0) return incomplete(status, output.unreadable);
  // Not redacted yet: secrets must not decide about the class.
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
      if (threadId !== null) return openElsewhereError(threadId, options);
      break;
    case "not_a_git_repository":
      return new NotAGitRepositoryError(
        `${cause} Pass a \`workingDirectory\` in a git repository, or \`skipGitRepoCheck: true\`.`,
        options,
      );
    case "untrusted_policy":
      return new UnsupportedError(
        'The "exec" transport cannot ask before commands, which `approvalPolicy: "untrusted"` requires. ' +
          'Use `transport: "app-server"` with `onApproval`, or `approvalPolicy: "never"`.',
        options,
      );
    default:
  }
  return exited(cause, status);
}

/** A program that printed no event, and failed at codex's own arguments or did nothing at all, may be another one. */
export async function notCodex(
  output: ExecOutput,
  status: ExitStatus,
  executable: Executable,
): Promise<CodexError | undefined> {
  if (output.hasEvents || status.signal !== null) return undefined;
  const didNothing = status.exitCode === 0;
  if (!didNothing && !complaint.test(status.rawStderr)) return undefined;
  return notCodexError(executable, { silentIsCodex: didNothing });
}

/** What programs say of an option they do not know, and of a file named `exec` that they are to read. */
const complaint = /experimental-json|(open|find|such).*\bexec\b|\bexec\b.*(open|find|found|such)/i;

/** codex named a reason. Its class is worth more than how codex then ended. */
function toldFailure(reason: string, status: ExitStatus): CodexError {
  const error = toError({ message: reason });
  return error instanceof TurnFailedError && status.exitCode !== 0 ? exited(reason, status) : error;
}

function incomplete(status: ExitStatus, unreadable: number): CodexError {
  const last = status.stderr === "" ? "" : ` It last said: ${causeIn(status.stderr) || status.stderr}`;
  const cause = exited("", status);
  if (unreadable > 0) {
    const lines = unreadable === 1 ? "a line" : `${unreadable} lines`;
    return new ProtocolError(
      `codex ended (exit code 0) without ending the turn, and printed ${lines} that this SDK cannot read.${last}`,
      { cause },
    );
  }
  return new TurnIncompleteError(`codex ended (exit code 0) without ending the turn.${last}`, { cause });
}

function exited(cause: string, status: ExitStatus): CodexExitedError {
  const message = endMessage(cause, status, (how) => `codex ${how} before the turn ended`);
  return new CodexExitedError(message, status);
}
