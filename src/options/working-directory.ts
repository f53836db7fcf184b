// Checks whether Codex can and may work in a directory.
import { existsSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { InvalidInputError, NotAGitRepositoryError } from "../errors/errors.js";
import { absolutePath, hostDirectory } from "../validation/host-directory.js";
import type { ThreadOptions } from "./options.js";

/**
 * @throws InvalidInputError for a path that is not a directory.
 * @throws NotAGitRepositoryError outside a git repository, without `skipGitRepoCheck`, as `codex exec` does.
 */
export function checkDirectories(options: ThreadOptions, isNew: boolean): void {
  const { workingDirectory, additionalDirectories = [], skipGitRepoCheck } = options;
  if (workingDirectory !== undefined) checkDirectory(workingDirectory, "workingDirectory");
  for (const directory of additionalDirectories) checkDirectory(directory, "additionalDirectories");
  // A resumed thread without a `workingDirectory` continues in the directory in which it was started.
  if (workingDirectory === undefined && !isNew) return;
  const start = workingDirectory === undefined ? hostDirectory() : absolutePath(workingDirectory);
  if (skipGitRepoCheck === true || isInsideGitRepository(start)) return;
  throw new NotAGitRepositoryError(
    `Not inside a trusted directory and skipGitRepoCheck was not specified: ${start} is not in a git repository. ` +
      "Run `git init` there, choose another `workingDirectory`, or pass `skipGitRepoCheck: true`.",
  );
}

/**
 * Checks that the directory of a saved thread still exists.
 * @throws InvalidInputError if it does not.
 */
export function checkRecordedDirectory(threadId: string, directory: string | undefined): void {
  if (directory === undefined || problemOf(directory) === undefined) return;
  throw new InvalidInputError(
    `Thread ${threadId} worked in ${directory}, which ${problemOf(directory)}. ` +
      "Restore the directory, or pass the directory to continue in as `workingDirectory`.",
  );
}

/** The absolute path with symbolic links resolved: Codex's sandbox rejects commands in a directory behind a link. */
export function realDirectory(directory: string): string {
  const full = absolutePath(directory);
  try {
    return realpathSync(full);
  } catch {
    return full;
  }
}

function checkDirectory(directory: string, option: string): void {
  const full = absolutePath(directory);
  const problem = problemOf(full);
  if (problem === undefined) return;
  throw new InvalidInputError(`${option}: ${JSON.stringify(full).slice(1, -1)} ${problem}.`);
}

/** Undefined for a directory; otherwise the problem. */
function problemOf(directory: string): string | undefined {
  if (directory.includes("\0")) return "contains a NUL character, which paths must not contain";
  try {
    return statSync(directory).isDirectory() ? undefined : "is not a directory";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return problems[code] ?? `cannot be read (${code || String(error)})`;
  }
}

const problems: Record<string, string> = {
  ENOENT: "does not exist",
  ENOTDIR: "does not exist, because a part of the path is a file",
  ENAMETOOLONG: "is longer than the system allows",
  ELOOP: "leads through a loop of symbolic links",
  EACCES: "cannot be read, because this process does not have the permission",
};

function isInsideGitRepository(start: string): boolean {
  if (existsSync(path.join(start, ".git"))) return true;
  for (let directory = path.dirname(start); ; directory = path.dirname(directory)) {
    if (isRepository(path.join(directory, ".git"))) return true;
    if (directory === path.dirname(directory)) return false;
  }
}

/** Codex's sandbox creates an empty `.git` in directories such as /tmp, which does not make them repositories. */
function isRepository(gitPath: string): boolean {
  const stats = statSync(gitPath, { throwIfNoEntry: false });
  return stats?.isFile() === true || existsSync(path.join(gitPath, "HEAD"));
}
