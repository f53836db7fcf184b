// What codex asks its host before it acts, and the answers.
import type { HostAbortSignal } from "../internal/abort-signal.js";
import type { FileUpdateChange, ThreadItem } from "../events/items.js";

/** A word of an answer; a request says in `answers` which of them it takes. */
export type ApprovalDecision =
  /** Do it, this once. */
  | "approve"
  /** Do it, and do not ask again for the like while codex runs. */
  | "approve_for_session"
  /**
   * Do it, and never ask again for what the request's `always` says: commands with this prefix, or this host. codex
   * writes the rule into its CODEX_HOME.
   */
  | "approve_always"
  /** Do not do it. The agent reads that it was declined, and goes on. */
  | "decline"
  /** Do not do it, and end the turn. It rejects with TurnInterruptedError. */
  | "abort";

/**
 * An answer. `undefined` is "decline". With a `reason`, the agent also reads why: codex has no word for it, so it is
 * put to the running turn as a message.
 */
export type ApprovalAnswer =
  | ApprovalDecision
  | { decision: Exclude<ApprovalDecision, "decline"> }
  | { decision: "decline"; reason?: string | undefined }
  | undefined;

/** Answers a request; several may be asked at once. What throws, rejects or is no answer is a "decline". */
export type ApprovalHandler = (
  request: ApprovalRequest,
  context: ApprovalContext,
) => ApprovalAnswer | Promise<ApprovalAnswer>;

/** Where a question comes from, and how long it stands. */
export interface RequestContext {
  /** The thread that asks: the turn's own, or that of one of its sub-agents. */
  threadId: string;
  /** Whether a sub-agent asks. */
  isSubagent: boolean;
  /** The turn that asks; null where codex does not know it. */
  turnId: string | null;
  /** Fires when the question is moot: the turn ended, codex withdrew it, or codex is gone. Later answers are ignored. */
  signal: HostAbortSignal;
}

/** Where a request for approval comes from. */
export interface ApprovalContext extends RequestContext {
  /** The item that it is about; null where there is none, such as for `permissions` and `network`. */
  itemId: string | null;
  /** That item as far as it came. */
  item: ThreadItem | null;
}

export type ApprovalRequest =
  | CommandApprovalRequest
  | StdinApprovalRequest
  | FileChangeApprovalRequest
  | PermissionsApprovalRequest
  | NetworkApprovalRequest
  | McpToolApprovalRequest;

/** What all requests say. */
export interface ApprovalRequestBase {
  /** Why it is asked, in the agent's or codex's words; null without any. */
  reason: string | null;
  /** Which answers are possible. Any other is taken for "decline". */
  answers: readonly ApprovalDecision[];
}

/** The agent wants to run a command outside the sandbox, or with more permissions in it. */
export interface CommandApprovalRequest extends ApprovalRequestBase {
  type: "command";
  /** The command line as the shell will get it, such as `/bin/bash -lc 'npm test'`. */
  command: string;
  /** What codex makes of it. For display: never decide by it. */
  actions: CommandAction[];
  /** Where it would run; null where codex does not say. */
  cwd: string | null;
  /** With what the sandbox would be widened for it; null when it would run outside the sandbox altogether. */
  permissions: RequestedPermissions | null;
  /** The prefix that "approve_always" would allow from now on, in every thread; null where that is not offered. */
  always: readonly string[] | null;
}

/** The agent wants to type into a command that it runs outside the sandbox. */
export interface StdinApprovalRequest extends ApprovalRequestBase {
  type: "stdin";
  /** The text; null when it could not be made out of `command`. */
  input: string | null;
  /** The call as codex words it, such as `write_stdin --session-id 7 'y\n'`. */
  command: string;
  /** Where the command was started. */
  cwd: string | null;
}

/** The agent wants to change files that it may not write. */
export interface FileChangeApprovalRequest extends ApprovalRequestBase {
  type: "file_change";
  /** What it would change, each with its unified diff. Empty where codex did not say. */
  changes: FileUpdateChange[];
  /** Where the thread works; null where that is not known. */
  cwd: string | null;
  /** A directory that codex asks to make writable for the session; null mostly. */
  grantRoot: string | null;
}

/** The agent asks for more permissions. "approve" lasts for the turn, "approve_for_session" while codex runs. */
export interface PermissionsApprovalRequest extends ApprovalRequestBase {
  type: "permissions";
  cwd: string;
  permissions: RequestedPermissions;
}

/** A command wants to reach a host that codex's managed network does not let it reach. */
export interface NetworkApprovalRequest extends ApprovalRequestBase {
  type: "network";
  host: string;
  protocol: "http" | "https" | "socks5Tcp" | "socks5Udp";
  /** The host that "approve_always" would allow from now on; null where that is not offered. */
  always: string | null;
}

/** The agent wants to call a tool of an MCP server whose calls are to be asked for. */
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

/** What the agent asks to be let into, beyond its sandbox. */
export interface RequestedPermissions {
  /** Whether it asks for the network. */
  network: boolean;
  /** Absolute paths it asks to read. */
  read: readonly string[];
  /** Absolute paths it asks to write. */
  write: readonly string[];
  /** Everything it asks for, as codex words it: globs and special places too. */
  raw: unknown;
}

/** What codex makes of one command of a command line. */
export type CommandAction =
  | { type: "read"; command: string; name: string; path: string }
  | { type: "list_files"; command: string; path: string | null }
  | { type: "search"; command: string; query: string | null; path: string | null }
  | { type: "unknown"; command: string };
