// Codex's requests for approval, and the answers.
import type { HostAbortSignal } from "../internal/abort-signal.js";
import type { FileUpdateChange, ThreadItem } from "../events/items.js";

/** A decision. Each request lists the accepted ones in `answers`. */
export type ApprovalDecision =
  /** Allows the action once. */
  | "approve"
  /** Allows the action, and identical requests of the thread until Codex exits or unloads the thread. */
  | "approve_for_session"
  /**
   * Allows the action, and permanently what the request's `always` names: commands with this prefix, or this host.
   * Codex writes the rule to its CODEX_HOME.
   */
  | "approve_always"
  /** Declines the action. The agent is informed, and continues. */
  | "decline"
  /** Declines the action and ends the turn, which rejects with `TurnInterruptedError`. */
  | "abort";

/** `undefined` means "decline": without an answer, nothing is allowed. */
export type Declines = undefined;

/** `undefined` means "no opinion": the next policy decides. If no policy has an opinion, the request is declined. */
export type NoOpinion = undefined;

/**
 * An answer to a request. With a `reason`, the agent also receives the reason for a decline. The protocol does not have
 * a field for it, so the SDK sends it to the running turn as a message.
 */
export type ApprovalAnswer =
  | ApprovalDecision
  | { decision: Exclude<ApprovalDecision, "decline"> }
  | { decision: "decline"; reason?: string | undefined }
  | Declines;

/** The answer of a policy, if it has an opinion on the request. */
export type ApprovalOpinion = Exclude<ApprovalAnswer, Declines> | NoOpinion;

/**
 * Answers approval requests. Several requests may be open at once. A handler that throws, rejects, or returns an invalid
 * or late answer declines.
 */
export type ApprovalHandler = (
  request: ApprovalRequest,
  context: ApprovalContext,
) => ApprovalAnswer | Promise<ApprovalAnswer>;

/** Answers the requests that it has an opinion on. Combine policies with `approvals.firstOf`. Each is also a handler. */
export type ApprovalPolicy = (
  request: ApprovalRequest,
  context: ApprovalContext,
) => ApprovalOpinion | Promise<ApprovalOpinion>;

/** The origin of a request, and the signal for its end. */
export interface RequestContext {
  /** The requesting thread: the turn's own thread, or the thread of one of its sub-agents. */
  threadId: string;
  /** Whether a sub-agent sent the request. */
  isSubagent: boolean;
  /** The requesting turn; null if Codex does not name it. */
  turnId: string | null;
  /** Aborts when the answer is no longer needed: the turn ended, Codex withdrew the request, or Codex exited. */
  signal: HostAbortSignal;
}

/** The context of an approval request. */
export interface ApprovalContext extends RequestContext {
  /** The item that the request is about; null if there is none, as for `permissions` and `network`. */
  itemId: string | null;
  /** The current state of that item. */
  item: ThreadItem | null;
  /** The directory of the thread, with links resolved; null if unknown. */
  workingDirectory: string | null;
  /** Directories whose contents the agent may have written, now or earlier. Do not trust programs in them. */
  writableRoots: readonly string[];
  /** The directories of Codex's PATH, in order. Commands of the agent find their programs in them. */
  searchPath: readonly string[];
}

export type ApprovalRequest =
  | CommandApprovalRequest
  | StdinApprovalRequest
  | FileChangeApprovalRequest
  | PermissionsApprovalRequest
  | NetworkApprovalRequest
  | McpToolApprovalRequest;

/** The fields of every request. */
export interface ApprovalRequestBase {
  /** The reason for the request; null if it has none. Written by the agent, so do not base the decision on it. */
  reason: string | null;
  /** The accepted answers. Any other answer declines. */
  answers: readonly ApprovalDecision[];
}

/** The agent wants to run a command outside the sandbox, or in the sandbox with additional permissions. */
export interface CommandApprovalRequest extends ApprovalRequestBase {
  type: "command";
  /** The command line as Codex starts it, such as `/bin/bash -lc 'npm test'`. */
  command: string;
  /** Codex's interpretation of the command. For display only: do not base the decision on it. */
  actions: CommandAction[];
  /** The directory in which it would run; null if Codex does not name it. */
  cwd: string | null;
  /** The additional permissions it would have in the sandbox; null if it would run outside the sandbox. */
  permissions: RequestedPermissions | null;
  /** The prefix that "approve_always" would permanently allow, in every thread; null if that answer is not offered. */
  always: readonly string[] | null;
}

/** The agent wants to write to the stdin of a command that runs outside the sandbox. */
export interface StdinApprovalRequest extends ApprovalRequestBase {
  type: "stdin";
  /** The text; null if it could not be extracted from `command`. */
  input: string | null;
  /** The call in Codex's notation, such as `write_stdin --session-id 7 'y\n'`. */
  command: string;
  /** The directory in which the command was started. */
  cwd: string | null;
}

/** The agent wants to change files that the sandbox does not allow it to write. */
export interface FileChangeApprovalRequest extends ApprovalRequestBase {
  type: "file_change";
  /** The changes, each with its unified diff. Empty if Codex does not name them. */
  changes: FileUpdateChange[];
  /** The directory of the thread; null if unknown. */
  cwd: string | null;
  /** A directory that approval would make writable for the rest of the session; usually null. */
  grantRoot: string | null;
}

/** The agent requests permissions. "approve" lasts for the turn, "approve_for_session" as long as the thread is loaded. */
export interface PermissionsApprovalRequest extends ApprovalRequestBase {
  type: "permissions";
  cwd: string;
  permissions: RequestedPermissions;
}

/** A command wants to reach a host that Codex's managed network does not allow. */
export interface NetworkApprovalRequest extends ApprovalRequestBase {
  type: "network";
  host: string;
  protocol: "http" | "https" | "socks5Tcp" | "socks5Udp";
  /** The host that "approve_always" would permanently allow; null if that answer is not offered. */
  always: string | null;
}

/** The agent wants to call a tool of an MCP server that requires approval. */
export interface McpToolApprovalRequest extends ApprovalRequestBase {
  type: "mcp_tool_call";
  server: string;
  tool: string;
  arguments: unknown;
  /** The server's description of the tool. */
  description: string | null;
  /** The server's hints, such as `{ destructiveHint: true }`. */
  annotations: Record<string, unknown>;
}

/** Permissions beyond the sandbox. */
export interface RequestedPermissions {
  /** Whether network access is requested. */
  network: boolean;
  /** Absolute paths to read. */
  read: readonly string[];
  /** Absolute paths to write. */
  write: readonly string[];
  /** The whole request in Codex's notation, including globs and special directories. */
  raw: unknown;
}

/** Codex's interpretation of one command of a command line. */
export type CommandAction =
  | { type: "read"; command: string; name: string; path: string }
  | { type: "list_files"; command: string; path: string | null }
  | { type: "search"; command: string; query: string | null; path: string | null }
  | { type: "unknown"; command: string };
