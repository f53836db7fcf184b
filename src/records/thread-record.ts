// Codex's record of a thread.
import type { ModelReasoningEffort } from "../options/options.js";

/** `not_loaded`: on disk only. `active`: a turn is running, in this runtime. `system_error`: its last turn failed. */
export type ThreadStatus = "not_loaded" | "idle" | "active" | "system_error";

/** The origin of a thread. Threads of app-server clients, including this SDK, have `vscode`. */
export type ThreadOrigin = "cli" | "vscode" | "exec" | "app_server" | "subagent" | "unknown";

/** The git repository of a thread's directory at the thread's start. */
export interface ThreadGitInfo {
  sha: string | null;
  branch: string | null;
  originUrl: string | null;
}

/** A recorded thread: in CODEX_HOME, or ephemeral and loaded. */
export interface ThreadRecord {
  /** Pass it to `codex.resumeThread(id)`. */
  id: string;
  /** The title that a person or program set. */
  name: string | null;
  /** Usually the first prompt. */
  preview: string;
  /** With `search`: the text around the first match. */
  snippet?: string;
  /** Exact to the second. */
  createdAt: Date;
  /** The time of the last change, including the name. Exact to the second. */
  updatedAt: Date;
  /** The time of the last use. Exact to the second; null if it was not recorded. */
  lastUsedAt: Date | null;
  /** The directory of the thread. */
  cwd: string;
  git: ThreadGitInfo | null;
  /** The model with which it continues; null if it was not recorded. */
  model: string | null;
  modelProvider: string;
  /** Null means the model's default. */
  modelReasoningEffort: ModelReasoningEffort | null;
  /** Its origin: a `ThreadOrigin`, or the name that a program gave itself. */
  source: ThreadOrigin | (string & {});
  /** The `threadSource` with which it was started. */
  threadSource: string | null;
  status: ThreadStatus;
  archived: boolean;
  ephemeral: boolean;
  /** The thread that this one was forked from. Lists may omit it; `readThread` does not. */
  forkedFromId: string | null;
  /** The parent thread, if this is the thread of a sub-agent. */
  parentThreadId: string | null;
  /** Its file; null for an ephemeral thread. */
  path: string | null;
  /** The version of Codex that created it. */
  codexVersion: string;
}
