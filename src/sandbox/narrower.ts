// The narrower of two sandboxes: a thread's record may take permissions away, and never adds any.
import { isWithin } from "../internal/paths.js";
import { readOnly, type Sandbox, type WorkspaceWrite } from "./sandbox.js";

/**
 * @param allowed what the caller and the configuration give
 * @param recorded what the thread last ran with; undefined when that is not known
 */
export function narrower(allowed: Sandbox, recorded: Sandbox | undefined): Sandbox {
  if (!recorded || recorded.mode === "danger-full-access" || recorded.mode === "profile") return allowed;
  if (recorded.mode === "read-only" || allowed.mode === "read-only") return readOnly;
  if (allowed.mode === "danger-full-access") return recorded;
  // A profile of the user's own cannot be compared with a mode. It is what this user's configuration says.
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
