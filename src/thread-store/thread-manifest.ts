// Information on a thread that its bytes do not contain, or that Codex keeps only in its databases.

/** The last settings of the thread, in the form of `ThreadOptions`. */
export interface ManifestSettings {
  model: string | null;
  modelReasoningEffort: string | null;
  modelProvider: string;
  /** A `SandboxMode`, or `profile` for a permission profile of Codex's configuration. */
  sandboxMode: string | null;
  /** The directory of the thread. */
  workingDirectory: string;
}

/** The goal of a thread, as Codex reports it. */
export interface ManifestGoal {
  objective: string;
  status: string;
  tokenBudget: number | null;
}

/** A small description of a thread, stored in addition to its files. */
export interface ThreadManifest {
  /** The version of this format. */
  format: 1;
  /** The file with which Codex continues. A revert creates a new one. */
  currentFile: string | null;
  /** The threads whose files this one requires, the oldest first. The store refuses to delete them. */
  ancestors: readonly string[];
  /** The files of the thread's sub-agents, by their thread IDs. */
  subagents: Readonly<Record<string, string>>;
  name: string | null;
  goal: ManifestGoal | null;
  git: { sha: string | null; branch: string | null; originUrl: string | null } | null;
  archived: boolean;
  settings: ManifestSettings;
  /** Usually the first prompt. */
  preview: string;
  /** Its origin: a `ThreadOrigin`, or the name that a program gave itself. */
  source: string;
  threadSource: string | null;
  forkedFromId: string | null;
  parentThreadId: string | null;
  codexVersion: string;
  /** Milliseconds since 1970, by the clocks of the machines that wrote them. */
  createdAt: number;
  updatedAt: number;
  lastUsedAt: number | null;
}
