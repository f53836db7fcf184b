// The diff between a repository's files and its last commit, also for hostile repositories.
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { readWorkingTree } from "../../src/inspect/working-tree/working-tree.js";
import { temporaryDirectory } from "../support/workspace.js";

function git(directory: string, ...args: string[]): string {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
  return execFileSync("git", [...identity, ...args], { cwd: directory, encoding: "utf8" });
}

function repository(...options: string[]): string {
  const directory = temporaryDirectory();
  git(directory, "init", "-q", ...options);
  return directory;
}

/** Temporary files of this test. @returns the ones that remain. */
function ownTemporary(): () => string[] {
  const directory = temporaryDirectory();
  vi.stubEnv("TMPDIR", directory);
  onTestFinished(() => void vi.unstubAllEnvs());
  return () => readdirSync(directory);
}

test("changed, new, removed and renamed files are listed, ignored files are not", async () => {
  const directory = repository();
  writeFileSync(path.join(directory, "kept.txt"), "one\n");
  writeFileSync(path.join(directory, "gone.txt"), "gone\n");
  writeFileSync(path.join(directory, ".gitignore"), "ignored\n");
  git(directory, "add", ".");
  git(directory, "commit", "-qm", "first");
  git(directory, "rm", "-q", "gone.txt");
  appendFileSync(path.join(directory, "kept.txt"), "two\n");
  mkdirSync(path.join(directory, "deep"));
  writeFileSync(path.join(directory, "deep/new.txt"), "new\n");
  writeFileSync(path.join(directory, "ignored"), "x");
  symlinkSync("/etc/passwd", path.join(directory, "link"));
  const leftovers = ownTemporary();
  const status = git(directory, "status", "--porcelain");
  const { root, base, diff, isCut } = await readWorkingTree(path.join(directory, "deep"));
  expect([root, base, isCut]).toEqual([directory, git(directory, "rev-parse", "HEAD").trim(), false]);
  expect(diff.match(/^diff --git .*$/gm)).toEqual([
    "diff --git a/deep/new.txt b/deep/new.txt",
    "diff --git a/gone.txt b/gone.txt",
    "diff --git a/kept.txt b/kept.txt",
    "diff --git a/link b/link",
  ]);
  expect(diff).toContain("\n one\n+two\n");
  // A link is listed as a link.
  expect(diff).toContain("+/etc/passwd");
  expect(diff).not.toContain("root:");
  // The repository is unchanged, including its index.
  expect(git(directory, "status", "--porcelain")).toBe(status);
  expect(leftovers()).toEqual([]);
});

test.each([["sha1"], ["sha256"]])("a repository without a commit has new files only (%s)", async (format) => {
  const directory = repository(`--object-format=${format}`);
  writeFileSync(path.join(directory, "a.txt"), "a\n");
  expect(await readWorkingTree(directory)).toMatchObject({ base: null, diff: expect.stringContaining("+a\n") });
});

test("programs from a repository's configuration are not run, and its worktree is not changed", async () => {
  const directory = repository();
  writeFileSync(path.join(directory, "a.txt"), "a\n");
  git(directory, "add", ".");
  git(directory, "commit", "-qm", "first");
  const ran = path.join(temporaryDirectory(), "ran");
  const program = `echo ran >> ${ran}; false`;
  const hooks = path.join(directory, ".git/hooks");
  writeFileSync(path.join(hooks, "post-index-change"), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  appendFileSync(
    path.join(directory, ".git/config"),
    [
      `[core]\n\tfsmonitor = "${program}"\n\thooksPath = ${hooks}\n\tworktree = /\n\tsshCommand = "${program}"`,
      `[diff]\n\texternal = "${program}"`,
      `[diff "x"]\n\tcommand = "${program}"\n\ttextconv = "${program}"`,
      `[filter "x"]\n\tclean = "${program}"\n\tsmudge = "${program}"\n\tprocess = "${program}"\n\trequired = true`,
      `[remote "origin"]\n\turl = "ext::sh -c ${program}"\n\tpromisor = true`,
      "",
    ].join("\n"),
  );
  writeFileSync(path.join(directory, ".gitattributes"), "* filter=x diff=x\n");
  appendFileSync(path.join(directory, "a.txt"), "b\n");
  const { root, diff } = await readWorkingTree(directory);
  expect(root).toBe(directory);
  expect(diff).toContain("\n a\n+b\n");
  expect(existsSync(ran)).toBe(false);
  // A plain `git diff` would have run each of these.
  expect(() => git(directory, "diff", "--ext-diff", "HEAD")).toThrow();
  expect(existsSync(ran)).toBe(true);
});

test("a git that an agent can place on PATH is not run", async () => {
  const directory = repository();
  writeFileSync(path.join(directory, "a.txt"), "a\n");
  const ran = path.join(temporaryDirectory(), "ran");
  const places = [path.join(directory, "tools"), path.join(temporaryDirectory(), "bin")];
  for (const place of places) {
    mkdirSync(place);
    writeFileSync(path.join(place, "git"), `#!/bin/sh\necho ran >> ${ran}\n`, { mode: 0o755 });
  }
  // Outside of the worktree and of temporary directories, until the link is followed.
  const link = path.join(temporaryDirectory("codex-sdk-test-", "/var/tmp"), "link");
  symlinkSync(places[0]!, link);
  vi.stubEnv("PATH", [link, ...places, process.env["PATH"]].join(path.delimiter));
  onTestFinished(() => void vi.unstubAllEnvs());
  expect((await readWorkingTree(directory)).diff).toContain("+a\n");
  expect(existsSync(ran)).toBe(false);
});

test("a large diff is truncated, and binary files are named", async () => {
  const directory = repository();
  writeFileSync(path.join(directory, "binary"), Buffer.from([0, 1, 2]));
  writeFileSync(path.join(directory, "large.txt"), `${"x".repeat(99)}\n`.repeat(20_000));
  const leftovers = ownTemporary();
  const { diff, isCut } = await readWorkingTree(directory);
  expect(isCut).toBe(true);
  expect(diff.length).toBeLessThanOrEqual(1_000_000);
  expect(diff).toContain("Binary files /dev/null and b/binary differ");
  expect(leftovers()).toEqual([]);
});

test("a directory that is not a repository, or that was deleted, has a clear error", async () => {
  const directory = temporaryDirectory();
  const leftovers = ownTemporary();
  await expect(readWorkingTree(path.join(directory, "none"))).rejects.toMatchObject({ code: "directory_missing" });
  writeFileSync(path.join(directory, ".git"), "gitdir: /nonexistent\n");
  await expect(readWorkingTree(directory)).rejects.toMatchObject({ status: 422, code: "git_failed" });
  expect(leftovers()).toEqual([]);
});
