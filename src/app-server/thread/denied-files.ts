// Files that the agent may neither read nor change, as permission profiles of Codex. Its sandbox then keeps every command
// and patch from them, also commands that were approved to run outside the sandbox. (Codex 0.169.0)
import { realpathSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { JsonValue } from "../protocol/serde_json/JsonValue.js";

/** The parts of a sandbox that a profile repeats. */
export interface ProfiledSandbox {
  writableRoots: readonly string[];
  networkAccess: boolean;
  excludeTmpdirEnvVar: boolean;
  excludeSlashTmp: boolean;
}

/** The profile for each mode in which files can be denied. */
export const deniedFilesProfiles = {
  "read-only": "codex-sdk-read-only",
  "workspace-write": "codex-sdk-workspace-write",
} as const;

/** How deep `**` is followed on Linux, where Codex looks for the files before each command. */
const globDepth = 8;

/** Thread configuration that defines the profiles. A turn selects one: as a default it would make Codex trust the repository. */
export function deniedFilesConfig(
  denied: readonly string[],
  cwd: string,
  { writableRoots, networkAccess, excludeSlashTmp, excludeTmpdirEnvVar }: ProfiledSandbox,
): Record<string, JsonValue> {
  if (denied.length === 0) return {};
  const entries = Object.fromEntries(
    denied.flatMap((pattern) => toEntries(pattern, cwd)).map((each) => [each, "deny"]),
  );
  const writable = Object.fromEntries([
    ...(excludeSlashTmp ? [["/tmp", "read"]] : []),
    ...(excludeTmpdirEnvVar ? [[escaped(os.tmpdir()), "read"]] : []),
    ...writableRoots.map((root) => [escaped(root), "write"]),
  ]) as Record<string, string>;
  return {
    [`permissions.${deniedFilesProfiles["read-only"]}`]: {
      extends: ":read-only",
      filesystem: { glob_scan_max_depth: globDepth, ...entries },
      network: { enabled: false },
    },
    [`permissions.${deniedFilesProfiles["workspace-write"]}`]: {
      extends: ":workspace",
      filesystem: { glob_scan_max_depth: globDepth, ...writable, ...entries },
      network: { enabled: networkAccess },
    },
    // Codex requires one when there are profiles.
    default_permissions: ":read-only",
  };
}

/** A folder is denied as a whole, so that files which are made in it later are denied, too. */
function toEntries(pattern: string, cwd: string): string[] {
  const absolute = path.resolve(cwd, pattern.replace(/(\/\*\*)+$/, ""));
  if (/[*?]/.test(absolute)) return [escaped(absolute)];
  return [...new Set([absolute, followed(absolute)])].map(escaped);
}

/** Codex reads `[` as the beginning of a set of characters. */
function escaped(file: string): string {
  return file.replaceAll("[", "[[]");
}

function followed(absolute: string): string {
  try {
    return realpathSync(absolute);
  } catch {
    return absolute;
  }
}
