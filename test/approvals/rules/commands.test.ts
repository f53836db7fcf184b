// Attacks on `allow({ commands })`: the same text must not run another program.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { approvals } from "../../../src/index.js";
import { repository, temporaryDirectory } from "../../support/workspace.js";
import { aCommand, contextIn } from "../a-request.js";

const policy = approvals.allow({ commands: ["npm test", "ls", "git status", "git log *"] });

function program(directory: string, name: string): string {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, name);
  writeFileSync(file, "#!/bin/sh\n");
  chmodSync(file, 0o755);
  return file;
}

test("a command is allowed in the thread's directory, and in the directories that the rule names", () => {
  const root = temporaryDirectory("work-", "/var/tmp");
  for (const name of ["made", "packages/app"]) mkdirSync(path.join(root, name), { recursive: true });
  symlinkSync("made", path.join(root, "link"));
  const context = contextIn(root);
  const named = approvals.allow({ commands: ["ls"], directories: ["packages/app", "link"] });
  expect(policy(aCommand("ls", root), context)).toBe("approve");
  expect(policy(aCommand("ls", `${root}/`), context)).toBe("approve");
  for (const elsewhere of ["made", "packages/app", "link", ".."]) {
    expect(policy(aCommand("ls", path.join(root, elsewhere)), context)).toBeUndefined();
  }
  expect(named(aCommand("ls", path.join(root, "packages/app")), context)).toBe("approve");
  // A link can have another target by the time the command runs.
  expect(named(aCommand("ls", path.join(root, "link")), context)).toBeUndefined();
  expect(policy({ ...aCommand("ls"), cwd: null }, context)).toBeUndefined();
  expect(policy(aCommand("ls", root), { ...context, workingDirectory: null })).toBeUndefined();
});

test.each(["cd made && ls", "pushd made; ls", ". ./x", "eval ls", "hash -p /x ls; ls", "export PATH; ls", "exec ls"])(
  "%s is not covered, not even by a RegExp that matches everything",
  (script) => {
    expect(approvals.allow({ commands: [/.*/s] })(aCommand(script), contextIn("/work"))).toBeUndefined();
  },
);

test("a program is resolved through the PATH outside of the agent's writable directories", () => {
  const root = temporaryDirectory("work-", "/var/tmp");
  const tools = temporaryDirectory("tools-", "/var/tmp");
  program(tools, "npm");
  const context = contextIn(root);
  const asks = (searchPath: string[], script = "npm test") =>
    policy(aCommand(script, root), { ...context, searchPath });
  expect(asks([tools, "/usr/bin"])).toBe("approve");
  expect(asks([])).toBeUndefined();
  // A directory that is searched first may contain an `npm` by the time the command runs.
  expect(asks([path.join(root, "node_modules/.bin"), tools])).toBeUndefined();
  expect(asks(["", tools])).toBeUndefined();
  expect(asks(["bin", tools])).toBeUndefined();
  expect(asks(["/tmp/bin", tools])).toBe("approve");
  const temporary = temporaryDirectory();
  program(temporary, "npm");
  expect(asks([temporary, tools])).toBeUndefined();
  expect(asks([tools, path.join(root, "node_modules/.bin")])).toBe("approve");
  // A link out of a system directory into the workspace.
  const linked = temporaryDirectory("linked-", "/var/tmp");
  symlinkSync(program(path.join(root, "bin"), "npm"), path.join(linked, "npm"));
  expect(asks([linked])).toBeUndefined();
  symlinkSync(path.join(root, "bin"), path.join(linked, "bin"));
  expect(asks([path.join(linked, "bin"), tools])).toBeUndefined();
  expect(asks([tools], "./npm test")).toBeUndefined();
  expect(asks([tools], "node_modules/.bin/npm test")).toBeUndefined();
  const absolute = approvals.allow({ commands: [`${tools}/npm test`, `${root}/bin/npm test`] });
  expect(absolute(aCommand(`${tools}/npm test`, root), context)).toBe("approve");
  expect(absolute(aCommand(`${root}/bin/npm test`, root), context)).toBeUndefined();
});

const git = (cwd: string, ...args: string[]) => execFileSync("git", args, { cwd, stdio: "pipe" });

test("git is allowed in a repository that runs no programs of its own", () => {
  const root = repository();
  git(root, "config", "user.name", "Ann");
  git(root, "config", "user.email", "ann@example.com");
  git(root, "remote", "add", "origin", "https://git.example/repo.git");
  git(root, "commit", "-q", "--allow-empty", "-m", "first");
  const ask = (script: string, cwd = root) => policy(aCommand(script, cwd), contextIn(root));
  expect(ask("git status")).toBe("approve");
  expect(ask("git log HEAD && git log main | ls")).toBe("approve");
  for (const script of [
    "git log --output=/etc/passwd",
    "git log -p",
    "git status -s",
    "git push",
    "git -c a.b=c status",
  ]) {
    expect(ask(script)).toBeUndefined();
  }
});

test("git is not allowed to work in another repository, or to run other programs", () => {
  const root = repository();
  git(root, "remote", "add", "origin", "https://git.example/repo.git");
  const rules = ["git *", "git --no-pager log", "git push origin *", "echo *", "cp *", "cat *"];
  const open = approvals.allow({ commands: [...rules, /git -(C|c) .*/] });
  const ask = (script: string) => open(aCommand(script, root), contextIn(root));
  for (const script of [
    "git push",
    "git push origin main",
    "git fetch ssh://git@git.example/repo.git",
    "git pull git@git.example:repo.git",
    "git --no-pager log",
    "echo a && git status && git log | cat",
  ]) {
    expect([script, ask(script)]).toEqual([script, "approve"]);
  }
  for (const script of [
    // The hooks of that repository would run.
    "git push ./evil.git main",
    "git push evil.git",
    `git push file://${root}/evil.git`,
    "git fetch ext::./evil",
    // A program on the PATH, an alias, and programs that an argument names.
    "git evil",
    "git bisect run ./evil",
    "git submodule foreach ./evil",
    "git config core.fsmonitor ./evil",
    "git -C nested status",
    "git -c core.fsmonitor=./evil status",
    // The first command changes what the second one runs.
    "git add nested && git status",
    "git checkout evil; git status",
    "cp evil .git/config && git status",
  ]) {
    expect([script, ask(script)]).toEqual([script, undefined]);
  }
});

test.each<[string, (root: string) => void]>([
  ["fsmonitor", (root) => git(root, "config", "core.fsmonitor", "./evil")],
  ["a pager", (root) => git(root, "config", "core.pager", "./evil")],
  ["a pager of one command", (root) => git(root, "config", "pager.log", "./evil")],
  ["a diff program", (root) => git(root, "config", "diff.external", "./evil")],
  ["a filter", (root) => git(root, "config", "filter.x.clean", "./evil")],
  ["a signature program", (root) => git(root, "config", "gpg.program", "./evil")],
  ["an alias", (root) => git(root, "config", "alias.log", "!./evil")],
  ["a hooks path", (root) => git(root, "config", "core.hooksPath", "hooks")],
  ["another worktree", (root) => git(root, "config", "core.worktree", "/")],
  ["a remote helper", (root) => git(root, "config", "remote.origin.url", "ext::./evil")],
  ["a remote in the workspace", (root) => git(root, "config", "remote.origin.url", "./x/../evil.git")],
  ["a remote for pushes in the workspace", (root) => git(root, "config", "remote.origin.pushurl", `${root}/evil.git`)],
  ["an included file", (root) => git(root, "config", "include.path", "../evil")],
  ["an unknown setting", (root) => git(root, "config", "new.thing", "./evil")],
  ["a hook", (root) => void program(path.join(root, ".git/hooks"), "post-index-change")],
  ["a submodule", (root) => git(root, "update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},sub`)],
])("git is not allowed in a repository with %s", (_name, prepare) => {
  const root = repository();
  prepare(root);
  expect(policy(aCommand("git status", root), contextIn(root))).toBeUndefined();
});

test("git is not allowed where the agent can create the repository", () => {
  const root = temporaryDirectory();
  expect(policy(aCommand("git status", root), contextIn(root))).toBeUndefined();
  const outer = repository();
  mkdirSync(path.join(outer, "inner"));
  expect(
    policy(aCommand("git status", path.join(outer, "inner")), contextIn(path.join(outer, "inner"))),
  ).toBeUndefined();
  const linked = temporaryDirectory();
  git(outer, "config", "core.fsmonitor", "./evil");
  writeFileSync(path.join(linked, ".git"), `gitdir: ${outer}/.git\n`);
  expect(policy(aCommand("git status", linked), contextIn(linked))).toBeUndefined();
});
