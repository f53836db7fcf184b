// The changes in a working tree since its last commit.
import { copyFile, lstat, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { HttpError } from "../../ui/routes/http-error.js";
import type { WorkingTreeView } from "../api.js";
import { runGit } from "./run-git.js";
import type { GitOutput } from "./run-git.js";

const maxBytes = 1_000_000;
const timeoutMs = 15_000;
/** The empty tree, for a repository without commits. Git supports both hashes without stored objects. */
const emptyTree: Record<string, string> = {
  sha1: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  sha256: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
};

/**
 * The difference of the working tree to `HEAD`, new files included and ignored files left out.
 *
 * The agent can write to the repository, and a repository's own configuration names programs that git would run: filters,
 * monitors, hooks, helpers. So git gets another git directory, without any configuration, that only borrows the objects, a
 * copy of the index and the exclusions.
 * @throws HttpError
 */
export function readWorkingTree(directory: string): Promise<WorkingTreeView> {
  const running = reads.get(directory) ?? read(directory).finally(() => reads.delete(directory));
  reads.set(directory, running);
  return running;
}

/** Concurrent requests share one result. */
const reads = new Map<string, Promise<WorkingTreeView>>();

async function read(directory: string): Promise<WorkingTreeView> {
  const worktree = await findWorktree(directory);
  const shadow = await mkdtemp(path.join(tmpdir(), "codex-inspect-git-"));
  try {
    return await diffIn(worktree, shadow);
  } finally {
    await rm(shadow, { recursive: true, force: true });
  }
}

async function diffIn(worktree: string, shadow: string): Promise<WorkingTreeView> {
  const limits = { worktree, maxBytes, timeoutMs };
  const inRepository = (...args: string[]) => runGit(["rev-parse", ...args], { ...limits, cwd: worktree });
  const info = await inRepository("--show-object-format", "--git-path", "index", "--git-path", "objects");
  const exclusions = await inRepository("--git-path", "info/exclude");
  const [format = "", index = "", objects = ""] = checked(info).split("\n");
  const head = await inRepository("--verify", "--quiet", "HEAD^{commit}");
  const base = head.code === 0 ? head.stdout.trim() : (emptyTree[format] ?? "");
  const at = (file: string) => path.resolve(worktree, file);

  const own = path.join(shadow, "git");
  await Promise.all(["objects", "refs", "info"].map((name) => mkdir(path.join(own, name), { recursive: true })));
  const extension = format === "sha1" ? "" : `[extensions]\n\tobjectFormat = ${format}\n`;
  const version = format === "sha1" ? 0 : 1;
  await writeFile(path.join(own, "config"), `[core]\n\trepositoryFormatVersion = ${version}\n${extension}`);
  await writeFile(path.join(own, "HEAD"), "ref: refs/heads/none\n");
  await copyIfRegular(at(index), path.join(own, "index"));
  await copyIfRegular(at(checked(exclusions).trim()), path.join(own, "info/exclude"));
  const env = {
    GIT_DIR: own,
    GIT_WORK_TREE: worktree,
    GIT_OBJECT_DIRECTORY: path.join(own, "objects"),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(at(objects)),
  };
  const git = (...args: string[]) => runGit(args, { ...limits, cwd: worktree, env });
  // Adds new files to the copy of the index, so that they are part of the diff. Unreadable files are omitted.
  const added = await git("add", "--intent-to-add", "--ignore-errors", "--", ".");
  const options = ["--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all", "--find-renames"];
  const diff = await git("diff", ...options, base, "--");
  if (!diff.isCut) checked(diff);
  return {
    root: worktree,
    base: head.code === 0 ? base : null,
    diff: diff.stdout,
    isCut: diff.isCut || added.code === null,
  };
}

/** `core.worktree` could name any directory, so the directory that contains `.git` is used. */
async function findWorktree(directory: string): Promise<string> {
  let at = await realpath(directory).catch(() => {
    throw new HttpError(404, "directory_missing", "The thread's directory does not exist on this machine.");
  });
  for (;;) {
    if (await lstat(path.join(at, ".git")).catch(() => undefined)) return at;
    const parent = path.dirname(at);
    if (parent === at) throw new HttpError(404, "no_repository", "The thread's directory is not in a git repository.");
    at = parent;
  }
}

async function copyIfRegular(from: string, to: string): Promise<void> {
  const stats = await lstat(from).catch(() => undefined);
  if (stats?.isFile()) await copyFile(from, to);
}

function checked({ code, stdout, stderr }: GitOutput): string {
  if (code === 0) return stdout;
  const reason = stderr.trim().split("\n")[0] ?? "";
  const message = code === null && reason === "" ? "git took too long." : `git failed: ${reason.slice(0, 500)}.`;
  throw new HttpError(422, "git_failed", message.replace(/\.\.$/, "."));
}
