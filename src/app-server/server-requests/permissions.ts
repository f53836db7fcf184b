// Converts the permissions that the agent requests, from and to the protocol.
import type { RequestedPermissions } from "../../approvals/approval.js";
import type { FileSystemAccessMode } from "../protocol/v2/FileSystemAccessMode.js";
import type { GrantedPermissionProfile } from "../protocol/v2/GrantedPermissionProfile.js";
import type { RequestPermissionProfile } from "../protocol/v2/RequestPermissionProfile.js";

export function toPermissions(profile: RequestPermissionProfile): RequestedPermissions {
  const { network, fileSystem } = profile;
  const entries = fileSystem?.entries ?? [];
  const paths = (wanted: FileSystemAccessMode) =>
    entries.flatMap(({ path, access }) => (access === wanted && path.type === "path" ? [path.path] : []));
  return {
    network: network?.enabled === true,
    read: distinct([...(fileSystem?.read ?? []), ...paths("read")]),
    write: distinct([...(fileSystem?.write ?? []), ...paths("write")]),
    raw: profile,
  };
}

/** All requested permissions. */
export function granted({ network, fileSystem }: RequestPermissionProfile): GrantedPermissionProfile {
  return { ...(network && { network }), ...(fileSystem && { fileSystem }) };
}

function distinct(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}
