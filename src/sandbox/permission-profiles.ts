// Permission profiles of Codex, for what its sandbox modes cannot express: files that the agent may neither read nor
// change, and programs in the workspace that it may not change. Denied files also apply to commands that were approved to
// run outside the sandbox. (Codex 0.169.0)
import { realpathSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** The parts of a sandbox that a profile repeats. */
export interface ProfiledSandbox {
  writableRoots: readonly string[];
  networkAccess: boolean;
  excludeTmpdirEnvVar: boolean;
  excludeSlashTmp: boolean;
}

/** What a profile adds to a sandbox. */
export interface ProfileAdditions {
  /** Patterns of files, relative to `cwd`. */
  denied: readonly string[];
  cwd: string;
  /** The access to single directories, from `protectedPrograms`. */
  programs: Readonly<Record<string, "read" | "write">>;
}

type ProfileSettings = string | number | boolean | { [name: string]: ProfileSettings };

/** The profile for each mode that requires one. */
export const ownProfiles = {
  "read-only": "codex-sdk-read-only",
  "workspace-write": "codex-sdk-workspace-write",
} as const;

/** The depth of `**` on Linux, where Codex searches for the files before each command. */
const globDepth = 8;

/** Thread configuration that defines the profiles. A turn selects one: a default would make Codex trust the repository. */
export function profilesConfig(sandbox: ProfiledSandbox, additions: ProfileAdditions): Record<string, ProfileSettings> {
  return {
    [`permissions.${ownProfiles["read-only"]}`]: {
      extends: ":read-only",
      filesystem: { glob_scan_max_depth: globDepth, ...deniedEntries(additions) },
      network: { enabled: false },
    },
    [`permissions.${ownProfiles["workspace-write"]}`]: writingProfile(sandbox, additions),
    // Codex requires a default if there are profiles.
    default_permissions: ":read-only",
  };
}

export function writingProfile(
  { writableRoots, networkAccess, excludeSlashTmp, excludeTmpdirEnvVar }: ProfiledSandbox,
  additions: ProfileAdditions,
): { [name: string]: ProfileSettings } {
  const entries = {
    ...(excludeSlashTmp && { "/tmp": "read" }),
    ...(excludeTmpdirEnvVar && { [escaped(os.tmpdir())]: "read" }),
    ...Object.fromEntries(writableRoots.map((root) => [escaped(root), "write"])),
    ...Object.fromEntries(Object.entries(additions.programs).map(([file, access]) => [escaped(file), access])),
    ...deniedEntries(additions),
  };
  return {
    extends: ":workspace",
    filesystem: { glob_scan_max_depth: globDepth, ...entries },
    network: { enabled: networkAccess },
  };
}

function deniedEntries({ denied, cwd }: ProfileAdditions): Record<string, string> {
  return Object.fromEntries(denied.flatMap((pattern) => toEntries(pattern, cwd)).map((each) => [each, "deny"]));
}

/** A folder is denied completely, so that files that are created in it later are also denied. */
function toEntries(pattern: string, cwd: string): string[] {
  const absolute = path.resolve(cwd, pattern.replace(/(\/\*\*)+$/, ""));
  if (/[*?]/.test(absolute)) return [escaped(absolute)];
  return [...new Set([absolute, followed(absolute)])].map(escaped);
}

/** Codex parses `[` as the beginning of a character set. */
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
