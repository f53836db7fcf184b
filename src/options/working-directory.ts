// Whether codex can and may work where it is told to.
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { InvalidInputError, NotAGitRepositoryError } from "../errors/errors.js";
import type { ThreadOptions } from "./options.js";

/**
 * @throws InvalidInputError for a directory that is none.
 * @throws NotAGitRepositoryError outside a git repository, without `skipGitRepoCheck`. As `codex exec` has it.
 */
export function checkDirectories(options: ThreadOptions, isNew: boolean): void {
  const { workingDirectory, additionalDirectories = [], skipGitRepoCheck } = options;
  if (workingDirectory !== undefined) checkDirectory(workingDirectory, "workingDirectory");
  for (const directory of additionalDirectories) checkDirectory(directory, "additionalDirectories");
  // A resumed thread that is not moved stays where it was allowed to begin.
  if (skipGitRepoCheck === true || (workingDirectory === undefined && !isNew)) return;
  const start = path.resolve(workingDirectory ?? process.cwd());
  if (isInsideGitRepository(start)) return;
  throw new NotAGitRepositoryError(
    `Not inside a trusted directory and skipGitRepoCheck was not specified: ${start} is not in a git repository. ` +
      "Run `git init` there, choose another `workingDirectory`, or pass `skipGitRepoCheck: true`.",
  );
}

function checkDirectory(directory: string, option: string): void {
  const stats = statSync(directory, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return;
  const problem = stats ? "is not a directory" : "does not exist";
  throw new InvalidInputError(`${option}: ${path.resolve(directory)} ${problem}.`);
}

function isInsideGitRepository(start: string): boolean {
  if (existsSync(path.join(start, ".git"))) return true;
  for (let directory = path.dirname(start); ; directory = path.dirname(directory)) {
    if (isRepository(path.join(directory, ".git"))) return true;
    if (directory === path.dirname(directory)) return false;
  }
}

/** codex's sandbox leaves an empty `.git` in directories such as /tmp, which makes them no repositories. */
function isRepository(gitPath: string): boolean {
  const stats = statSync(gitPath, { throwIfNoEntry: false });
  return stats?.isFile() === true || existsSync(path.join(gitPath, "HEAD"));
}
