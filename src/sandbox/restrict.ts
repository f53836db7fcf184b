// The narrower of two sandboxes: a thread's record may remove permissions, but never adds any.
import { isWithin } from "../internal/paths.js";
import { readOnly, type Sandbox, type WorkspaceWrite } from "./sandbox.js";

/**
 * @param allowed the permissions by the caller and the configuration
 * @param recorded the thread's last sandbox; undefined if unknown
 */
export function restrict(allowed: Sandbox, recorded: Sandbox | undefined): Sandbox {
  if (!recorded || recorded.mode === "danger-full-access" || recorded.mode === "profile") return allowed;
  if (recorded.mode === "read-only" || allowed.mode === "read-only") return readOnly;
  if (allowed.mode === "danger-full-access") return recorded;
  // A user-defined profile cannot be compared with a mode. It is what this user's configuration sets.
  if (allowed.mode === "profile") return allowed;
  return common(allowed, recorded);
}

function common(allowed: WorkspaceWrite, recorded: WorkspaceWrite): Sandbox {
  return {
    mode: "workspace-write",
    writableRoots: recorded.writableRoots.filter((root) => allowed.writableRoots.some((each) => isWithin(root, each))),
    networkAccess: allowed.networkAccess && recorded.networkAccess,
    excludeTmpdirEnvVar: allowed.excludeTmpdirEnvVar || recorded.excludeTmpdirEnvVar,
    excludeSlashTmp: allowed.excludeSlashTmp || recorded.excludeSlashTmp,
  };
}
