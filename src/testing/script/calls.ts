// Steps in which the model calls a tool of Codex, of the host, or of an MCP server.
import type { CallPart, CustomCallPart, WebSearchPart } from "./part.js";
import { patchText, type PatchFiles } from "./patch-text.js";
import { ScriptError } from "./script-error.js";

export interface CallOptions {
  /** The ID of the call. @defaultValue generated */
  callId?: string;
}

export interface CommandOptions extends CallOptions {
  /** The directory in which it runs. @defaultValue the turn's working directory */
  workdir?: string;
  /** Time after which Codex reports a command that is still running, in milliseconds. @defaultValue 10,000, as in Codex */
  yieldTimeMs?: number;
  /** Whether the command gets a terminal. @defaultValue false */
  tty?: boolean;
  /** Whether the shell is a login shell. @defaultValue true, as in Codex */
  login?: boolean;
  /** Requests to run outside the sandbox. The text is the question for the user. */
  escalate?: string;
  /** With `escalate`: the prefix to allow permanently, such as `["npm", "test"]`. */
  prefixRule?: readonly string[];
}

/** The agent runs a shell command (`exec_command`). */
export function runCommand(command: string, options: CommandOptions = {}): CallPart {
  return callTool(
    "exec_command",
    {
      cmd: command,
      ...(options.workdir !== undefined && { workdir: options.workdir }),
      ...(options.yieldTimeMs !== undefined && { yield_time_ms: options.yieldTimeMs }),
      ...(options.tty !== undefined && { tty: options.tty }),
      ...(options.login !== undefined && { login: options.login }),
      ...(options.escalate !== undefined && {
        sandbox_permissions: "require_escalated",
        justification: options.escalate,
        ...(options.prefixRule && { prefix_rule: options.prefixRule }),
      }),
    },
    options,
  );
}

export interface StdinOptions extends CallOptions {
  /** Time that Codex waits for output, in milliseconds. */
  yieldTimeMs?: number;
}

/**
 * The agent writes to a running command, or reads its output with an empty `text` (`write_stdin`). The ID is one of the
 * request's `runningSessions`. Throws `ScriptError` if no command is running.
 */
export function writeStdin(sessionId: number | undefined, text = "", options: StdinOptions = {}): CallPart {
  if (sessionId === undefined) {
    throw new ScriptError(
      "writeStdin(): no command is running. The step before must start one that runs longer than its yieldTimeMs.",
    );
  }
  const wait = options.yieldTimeMs === undefined ? {} : { yield_time_ms: options.yieldTimeMs };
  return callTool("write_stdin", { session_id: sessionId, chars: text, ...wait }, options);
}

/** The agent edits files (`apply_patch`): an edit for each path, or the text of a patch. */
export function patch(files: PatchFiles | string, options: CallOptions = {}): CustomCallPart {
  const input = typeof files === "string" ? files : patchText(files);
  return { kind: "custom_call", name: "apply_patch", input, callId: options.callId };
}

export interface PlanStep {
  step: string;
  status: "pending" | "in_progress" | "completed";
}

/** The agent sets its plan (`update_plan`). Requires `planTool: true` on the thread. */
export function plan(steps: readonly (PlanStep | string)[], explanation?: string, options: CallOptions = {}): CallPart {
  const list = steps.map((step) => (typeof step === "string" ? { step, status: "pending" } : step));
  return callTool("update_plan", { plan: list, ...(explanation !== undefined && { explanation }) }, options);
}

/** The agent views an image file (`view_image`). */
export function viewImage(path: string, options: CallOptions = {}): CallPart {
  return callTool("view_image", { path }, options);
}

export interface Question {
  id: string;
  /** A short label, up to 12 characters. */
  header: string;
  question: string;
  options: readonly { label: string; description: string }[];
}

/** The agent asks the user (`request_user_input`). */
export function askUser(questions: Question | readonly Question[], options: CallOptions = {}): CallPart {
  return callTool("request_user_input", { questions: Array.isArray(questions) ? questions : [questions] }, options);
}

export interface ToolCallOptions extends CallOptions {
  /** The namespace of the tool. @defaultValue none */
  namespace?: string;
}

/** The agent calls a tool by its offered name. If the arguments are a string, it is sent unchanged, even if it is not JSON. */
export function callTool(name: string, args: object | string = {}, options: ToolCallOptions = {}): CallPart {
  return { kind: "call", name, arguments: args, namespace: options.namespace, callId: options.callId };
}

/**
 * The agent calls a tool of an MCP server: both by their original names. Codex replaces all characters except letters,
 * digits and `_` with `_`.
 */
export function callMcpTool(
  server: string,
  tool: string,
  args: object | string = {},
  options: CallOptions = {},
): CallPart {
  return callTool(offeredName(tool), args, { ...options, namespace: `mcp__${offeredName(server)}` });
}

function offeredName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_]/g, "_");
}

/** The model searches the web itself: a query, or a raw action such as `{ type: "open_page", url }`. */
export function searchWeb(query: string | WebSearchPart["action"]): WebSearchPart {
  return { kind: "web_search", action: typeof query === "string" ? { type: "search", query } : query };
}
