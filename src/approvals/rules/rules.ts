// The rules of the ready-made policies.
import type { CommandRule } from "./command-rule.js";

/** Rules of a policy. It has no opinion on requests that the rules do not name. */
export interface ApprovalRules {
  /** Commands, each as a string such as `"npm test"` or `"git log *"`, or as a RegExp. See `CommandRule`. */
  commands?: readonly CommandRule[] | undefined;
  /**
   * Files: `src/**`, `*.md`, absolute or relative to the thread's directory. `*` and `?` match within a name, `**` matches
   * any number of folders. Links are followed.
   */
  paths?: readonly string[] | undefined;
  /** Hosts that commands connect to: `registry.example`, or `*.example` for all its subdomains. */
  hosts?: readonly string[] | undefined;
  /** Tools of MCP servers: `server.tool`, or `server.*`. */
  mcpTools?: readonly string[] | undefined;
}

export interface AllowRules extends ApprovalRules {
  /** Further directories in which `commands` may run, absolute or relative to the thread's directory. @defaultValue none */
  directories?: readonly string[] | undefined;
  /** The answer to requests that the rules cover. @defaultValue `"approve"` */
  as?: "approve" | "approve_for_session" | undefined;
}

export interface DenyRules extends ApprovalRules {
  /**
   * Files and directories that the agent may neither read nor change. Requests that involve them are declined, and in the
   * sandbox modes `read-only` and `workspace-write` Codex's sandbox also denies them to every command and patch.
   * Absolute or relative to the thread's directory.
   */
  paths?: readonly string[] | undefined;
  /** Sent to the agent. */
  reason?: string | undefined;
}
