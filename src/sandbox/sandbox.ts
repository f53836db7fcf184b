// The sandbox of the agent's commands.

export type Sandbox = ReadOnly | WorkspaceWrite | FullAccess | ProfileSandbox;

interface ReadOnly {
  readonly mode: "read-only";
}

interface FullAccess {
  readonly mode: "danger-full-access";
}

export interface WorkspaceWrite {
  readonly mode: "workspace-write";
  /** In addition to the working directory. */
  readonly writableRoots: readonly string[];
  readonly networkAccess: boolean;
  /** Whether the directory that TMPDIR names stays read-only. */
  readonly excludeTmpdirEnvVar: boolean;
  readonly excludeSlashTmp: boolean;
}

/** A user-defined permission profile. */
export interface ProfileSandbox {
  readonly mode: "profile";
  readonly profile: string;
  /** Directories that it allows the agent to write to, in addition to the working directory and temporary ones. */
  readonly writableRoots: readonly string[];
}

export const readOnly: Sandbox = { mode: "read-only" };
export const fullAccess: Sandbox = { mode: "danger-full-access" };

export const workspaceWrite: WorkspaceWrite = {
  mode: "workspace-write",
  writableRoots: [],
  networkAccess: false,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
};
