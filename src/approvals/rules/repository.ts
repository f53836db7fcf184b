// Whether git runs only itself in a repository: its configuration, hooks and submodules can name other programs.
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { isSafeUrl } from "./git-command.js";
import type { GitRepository } from "./git-command.js";
import { isInside } from "./program.js";
import { realPath } from "./real-path.js";

/** Settings of a repository that do not name programs, files or other repositories. */
const safeSettings: readonly RegExp[] = [
  /^core\.(abbrev|autocrlf|bare|compression|eol|filemode|ignorecase|logallrefupdates|precomposeunicode|preloadindex|quotepath|repositoryformatversion|safecrlf|sharedrepository|symlinks|untrackedcache|whitespace)$/,
  /^extensions\.(noop|objectformat|preciousobjects|refstorage|relativeworktrees)$/,
  /^remote\..+\.(fetch|prune|pushurl|tagopt|url)$/s,
  /^branch\..+\.(description|merge|pushremote|rebase|remote)$/s,
  /^user\.(email|name)$/,
  /^(advice|color|column|status)\./,
  /^(commit\.verbose|diff\.(algorithm|colormoved|context|mnemonicprefix|renames)|fetch\.prune|gc\.auto|init\.defaultbranch|log\.(abbrevcommit|date|decorate)|merge\.(conflictstyle|ff|renames)|pull\.(ff|rebase)|push\.(autosetupremote|default|followtags)|rebase\.(autosquash|autostash))$/,
];

/**
 * The repository whose top directory is `directory`, if git does not run other programs in it: each of its own settings is
 * known to be harmless, and it does not have hooks or submodules. Undefined otherwise.
 */
export function plainRepository(
  git: string,
  directory: string,
  writableRoots: readonly string[],
): GitRepository | undefined {
  try {
    const gitDirectory = findGitDirectory(directory, writableRoots);
    if (gitDirectory === undefined || hasHooks(gitDirectory)) return undefined;
    const remotes = safeRemotes(git, directory, writableRoots);
    if (!remotes || hasSubmodules(git, directory)) return undefined;
    return { directory, remotes, writableRoots };
  } catch {
    return undefined;
  }
}

/** A sandboxed agent cannot write `.git` in its own directory, but it could create one in any directory below. */
function findGitDirectory(directory: string, writableRoots: readonly string[]): string | undefined {
  const dotGit = path.join(directory, ".git");
  const stats = lstatSync(dotGit);
  if (stats.isDirectory()) return dotGit;
  if (!stats.isFile()) return undefined;
  // A linked worktree: its repository is at another path.
  const target = /^gitdir: (.+)\n?$/.exec(readFileSync(dotGit, "utf8"))?.[1];
  const real = target === undefined ? undefined : realPath(path.resolve(directory, target));
  if (real === undefined || isInside(real, writableRoots)) return undefined;
  return path.resolve(real, readFileSync(path.join(real, "commondir"), "utf8").trim());
}

/** The names of the remotes; undefined if a setting is not known to be harmless. */
function safeRemotes(git: string, directory: string, writableRoots: readonly string[]): Set<string> | undefined {
  const remotes = new Set<string>();
  // Records of scope, key and value, each terminated by NUL.
  const fields = run(git, directory, ["config", "--null", "--list", "--show-scope"]).split("\0").slice(0, -1);
  for (let at = 0; at < fields.length; at += 2) {
    const [scope = "", setting = ""] = fields.slice(at, at + 2);
    const [key = "", ...lines] = setting.split("\n");
    const value = lines.join("\n");
    const [, name, kind] = /^remote\.(.+)\.([^.]+)$/s.exec(key) ?? [];
    if (kind?.endsWith("url") === true && !isSafeUrl(value, { directory, writableRoots })) return undefined;
    if (name !== undefined && kind === "url") remotes.add(name);
    if (key === "core.hookspath" && !(path.isAbsolute(value) && !isInside(value, writableRoots))) return undefined;
    const isOwn = scope === "local" || scope === "worktree";
    if (isOwn && !safeSettings.some((pattern) => pattern.test(key))) return undefined;
  }
  return remotes;
}

function hasHooks(gitDirectory: string): boolean {
  try {
    return readdirSync(path.join(gitDirectory, "hooks")).some((name) => !name.endsWith(".sample"));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}

function hasSubmodules(git: string, directory: string): boolean {
  return /(^|\0)160000 /.test(run(git, directory, ["-c", "core.fsmonitor=false", "ls-files", "--stage", "-z"]));
}

function run(git: string, cwd: string, args: readonly string[]): string {
  // An import would load the module with the SDK, which programs without approvals do not need.
  return process.getBuiltinModule("node:child_process").execFileSync(git, args, {
    cwd,
    encoding: "utf8",
    timeout: 5_000,
    maxBuffer: 256 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
    windowsHide: true,
  });
}
