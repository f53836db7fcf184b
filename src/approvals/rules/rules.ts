// What the ready-made policies are made of.
import type { CommandRule } from "./command-rule.js";

/** What a policy is about. It has no opinion on anything that is not named. */
export interface ApprovalRules {
  /** Commands, each as a string such as `"npm test"` or `"git log *"`, or as a RegExp. See `CommandRule`. */
  commands?: readonly CommandRule[] | undefined;
  /**
   * Files: `src/**`, `*.md`, absolute or relative to the thread's directory. `*` and `?` match within a name, `**` any
   * folders. Links are followed.
   */
  paths?: readonly string[] | undefined;
  /** Hosts that commands reach: `registry.example`, or `*.example` for every host below it. */
  hosts?: readonly string[] | undefined;
  /** Tools of MCP servers: `server.tool`, or `server.*`. */
  mcpTools?: readonly string[] | undefined;
}

export interface AllowRules extends ApprovalRules {
  /** More directories in which `commands` may run, absolute or relative to the thread's directory. Default: only that. */
  directories?: readonly string[] | undefined;
  /** @defaultValue `"approve"` */
  as?: "approve" | "approve_for_session" | undefined;
}

export interface DenyRules extends ApprovalRules {
  /**
   * Files and directories that the agent may neither read nor change: requests that touch them are declined, and in the
   * sandbox modes `read-only` and `workspace-write` Codex's sandbox also keeps every command and patch from them.
   * Absolute or relative to the thread's directory.
   */
  paths?: readonly string[] | undefined;
  /** Sent to the agent. */
  reason?: string | undefined;
}
