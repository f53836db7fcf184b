// What a git command runs, as far as its words show. The repository is checked separately.
import path from "node:path";
import { isInside } from "./program.js";
import { realPath } from "./real-path.js";
import type { Words } from "../shell-words.js";

/** Commands that do not change anything. */
const reading = new Set(
  (
    "annotate blame cat-file check-attr check-ignore cherry count-objects describe diff diff-files diff-index diff-tree " +
    "for-each-ref grep log ls-files ls-tree merge-base name-rev range-diff rev-list rev-parse shortlog show show-branch " +
    "show-ref status var version whatchanged"
  ).split(" "),
);

/**
 * Commands that run nothing but git in a plain repository. Every other name may be a program on the PATH (`git x` runs
 * `git-x`), or runs the programs that its arguments name.
 */
const changing = new Set(
  (
    "add am apply archive branch checkout cherry-pick clean clone commit fetch format-patch gc init ls-remote merge mv notes " +
    "prune pull push rebase reflog remote repack replace reset restore revert rm sparse-checkout stash switch tag worktree"
  ).split(" "),
);

/** Their first argument is a repository. That of a path runs its own hooks and configuration. */
const remoteCommands = new Set(["archive", "fetch", "ls-remote", "pull", "push"]);

export interface GitRepository {
  directory: string;
  remotes: ReadonlySet<string>;
  writableRoots: readonly string[];
}

/** Options before the command that select neither another repository nor settings. */
const harmlessOptions = new Set(["--literal-pathspecs", "--no-optional-locks", "--no-pager", "-P"]);

/** The command and its arguments. */
function partsOf(words: Words): readonly string[] {
  const first = words.findIndex((word, index) => index > 0 && !harmlessOptions.has(word));
  return first === -1 ? [] : words.slice(first);
}

/** Whether a rule for these words can cover a command. */
export function isKnownGitCommand(words: Words): boolean {
  const [command = ""] = partsOf(words);
  return reading.has(command) || changing.has(command) || needsNoRepository(words);
}

/** Whether the command does not require a repository. */
export function needsNoRepository(words: Words): boolean {
  return words.length === 2 && (words[1] === "--version" || words[1] === "version");
}

export function onlyReads(words: Words): boolean {
  return reading.has(partsOf(words)[0] ?? "");
}

/** Whether git runs no other program, and works in no repository but the one that was checked. */
export function runsOnlyGit(words: Words, repository: GitRepository): boolean {
  if (!isKnownGitCommand(words)) return false;
  const [command = "", ...args] = partsOf(words);
  if (!remoteCommands.has(command)) return true;
  const source = args.find((arg) => !arg.startsWith("-"));
  return source === undefined || repository.remotes.has(source) || isSafeUrl(source, repository);
}

/** Whether the URL names neither a program nor a repository in a directory that the agent can write to. */
export function isSafeUrl(url: string, { directory, writableRoots }: Omit<GitRepository, "remotes">): boolean {
  // `helper::address` runs the program `git-remote-helper`.
  if (/^-|::/.test(url)) return false;
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url) ?? [];
  if (scheme !== undefined && scheme.toLowerCase() !== "file") return true;
  // `host:path`, unless a slash comes first.
  if (scheme === undefined && /^[^/]+:/.test(url)) return true;
  const file = path.resolve(directory, scheme === undefined ? url : `/${rest.replace(/^[^/]*\//, "")}`);
  const real = realPath(file);
  return real !== undefined && ![file, real].some((each) => isInside(each, writableRoots));
}
