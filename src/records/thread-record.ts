// What Codex has on record of a conversation.
import type { ModelReasoningEffort } from "../options/options.js";

/** `not_loaded`: on disk only. `active`: a turn is running, in this runtime. `system_error`: its last turn failed. */
export type ThreadStatus = "not_loaded" | "idle" | "active" | "system_error";

/** Where a thread was made; threads of app-server clients, this SDK among them, call themselves `vscode`. */
export type ThreadOrigin = "cli" | "vscode" | "exec" | "app_server" | "subagent" | "unknown";

/** The git repository of a thread's directory, as it was when the thread began. */
export interface ThreadGitInfo {
  sha: string | null;
  branch: string | null;
  originUrl: string | null;
}

/** A conversation on record: in CODEX_HOME, or ephemeral and loaded. */
export interface ThreadRecord {
  /** For `codex.resumeThread(id)`. */
  id: string;
  /** The title that a person or program gave it. */
  name: string | null;
  /** Usually the first prompt. */
  preview: string;
  /** With `search`: the text around the first match. */
  snippet?: string;
  /** Exact to the second. */
  createdAt: Date;
  /** When anything about it changed, its name too. Exact to the second. */
  updatedAt: Date;
  /** When it was last used. Exact to the second; null where that was not recorded. */
  lastUsedAt: Date | null;
  /** The directory it works in. */
  cwd: string;
  git: ThreadGitInfo | null;
  /** The model it goes on with; null where that was not recorded. */
  model: string | null;
  modelProvider: string;
  /** Null for the model's default. */
  modelReasoningEffort: ModelReasoningEffort | null;
  /** Where it was made: a `ThreadOrigin`, or the name that a program gave itself. */
  source: ThreadOrigin | (string & {});
  /** The `threadSource` it was started with. */
  threadSource: string | null;
  status: ThreadStatus;
  archived: boolean;
  ephemeral: boolean;
  /** The thread this one was forked from. Lists do not always know it; `readThread` does. */
  forkedFromId: string | null;
  /** The thread whose agent made this one for an agent of its own. */
  parentThreadId: string | null;
  /** Its file; null for an ephemeral thread. */
  path: string | null;
  /** The version of Codex that made it. */
  codexVersion: string;
}
