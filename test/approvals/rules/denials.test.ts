// Ways around `deny`, each of which is declined.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { approvals } from "../../../src/index.js";
import type { ApprovalRequest } from "../../../src/index.js";
import { temporaryDirectory } from "../../support/workspace.js";
import { aCommand, aCommandLine, aFileChange, aPermissionsRequest, contextIn } from "../a-request.js";

const denied = { decision: "decline", reason: undefined };
const policy = approvals.deny({ paths: [".env", "secrets", "**/*.pem"] });

function place() {
  const root = temporaryDirectory();
  mkdirSync(path.join(root, "secrets"));
  writeFileSync(path.join(root, ".env"), "");
  symlinkSync("secrets", path.join(root, "link"));
  return { root, ask: (request: ApprovalRequest) => policy(request, contextIn(root)) };
}

test("a request for permissions that opens a denied file is declined", () => {
  const { root, ask } = place();
  const request = (permissions: Parameters<typeof aPermissionsRequest>[1]) =>
    ask(aPermissionsRequest(root, permissions));
  for (const file of [".env", "secrets", "secrets/deep/key", "link", "link/key", "sub/x.pem", "."]) {
    expect(request({ write: [path.join(root, file)] })).toEqual(denied);
    expect(request({ read: [path.join(root, file)] })).toEqual(denied);
  }
  for (const above of [path.dirname(root), "/"]) expect(request({ write: [above] })).toEqual(denied);
  const entry = (where: object, access = "write") =>
    request({ raw: { fileSystem: { entries: [{ path: where, access }] } } });
  expect(entry({ type: "special", value: { kind: "root" } }, "read")).toEqual(denied);
  expect(entry({ type: "special", value: { kind: "project_roots", subpath: null } })).toEqual(denied);
  expect(entry({ type: "special", value: { kind: "project_roots", subpath: ".env" } })).toEqual(denied);
  expect(entry({ type: "special", value: { kind: "from the future" } })).toEqual(denied);
  expect(entry({ type: "glob_pattern", pattern: `${root}/*` })).toEqual(denied);
  expect(entry("nonsense" as unknown as object)).toEqual(denied);
  expect(entry({ type: "special", value: { kind: "root" } }, "deny")).toBeUndefined();
  expect(entry({ type: "glob_pattern", pattern: "/var/log/*" })).toBeUndefined();
  expect(request({ write: ["/var/log"], network: true })).toBeUndefined();
});

test("additional permissions of a command, write roots and changes without a list are declined too", () => {
  const { root, ask } = place();
  const permissions = { network: false, read: [], write: [root], raw: {} };
  expect(ask({ ...aCommand("ls", root), permissions })).toEqual(denied);
  expect(ask({ ...aCommand("ls", root), permissions: { ...permissions, write: ["/var/log"] } })).toBeUndefined();
  expect(ask({ ...aFileChange(root, "a.ts"), grantRoot: root })).toEqual(denied);
  expect(ask({ ...aFileChange(root, "a.ts"), grantRoot: "/var/log" })).toBeUndefined();
  expect(ask(aFileChange(root))).toEqual(denied);
  expect(ask({ ...aFileChange(root, "a.ts"), changes: [{ path: "a.ts", kind: "update", move_path: ".env" }] })).toEqual(
    denied,
  );
});

test.each([
  "cat .env",
  "cat <.env",
  "tee .env",
  "cp secrets/key /tmp",
  "cat ./x/../.env",
  "cat link/key",
  "sed --in-place=.env",
  "sh -c 'cat .env'",
  "python3 -c \"open('.env')\"",
  "cat sub/server.pem",
  "tar cf x.tar a:secrets",
])("a command outside the sandbox that names a denied file is declined: %s", (script) => {
  const { root, ask } = place();
  expect(ask(aCommand(script, root))).toEqual(denied);
});

test("other files are not denied", () => {
  const { root, ask } = place();
  for (const script of ["cat .envrc", "cat secrets.md", "ls src", "cat x.pem.md"]) {
    expect(ask(aCommand(script, root))).toBeUndefined();
  }
  expect(ask(aFileChange(root, ".env.example", "src/secrets/a.ts"))).toBeUndefined();
});

test.each([
  "/bin/rm -rf x",
  "./rm x",
  "sudo rm x",
  "env X=1 rm x",
  "timeout 5 rm x",
  "xargs rm",
  "bash -c 'rm x'",
  "find . -exec rm x",
  "echo a; rm x > y",
])("a denied program is declined under another path, or when another program starts it: %s", (script) => {
  const rm = approvals.deny({ commands: ["rm *"] });
  expect(rm(aCommand(script), contextIn("/work"))).toEqual(denied);
});

test("an argument with the name of a denied program is not declined", () => {
  const rm = approvals.deny({ commands: ["rm *", "test"] });
  for (const script of ["npm test", "npm run rm", "farm x"]) {
    expect(rm(aCommand(script), contextIn("/work"))).toBeUndefined();
  }
  expect(rm(aCommandLine("fish -c 'rm x'"), contextIn("/work"))).toEqual(denied);
});

test("input of a denied command or file into a running command is declined", () => {
  const { root } = place();
  const stdin = (input: string | null): ApprovalRequest => ({
    type: "stdin",
    input,
    command: `write_stdin --session-id 1 ${input}`,
    cwd: root,
    reason: null,
    answers: ["approve"],
  });
  const both = approvals.deny({ commands: ["rm *"], paths: [".env"] });
  for (const input of ["rm -rf x\n", "cat .env\n"]) expect(both(stdin(input), contextIn(root))).toEqual(denied);
  expect(both(stdin("y\n"), contextIn(root))).toBeUndefined();
});

test("network permissions open denied hosts", () => {
  const hosts = approvals.deny({ hosts: ["*.bad.example"] });
  expect(hosts(aPermissionsRequest("/work", { network: true }), contextIn("/work"))).toEqual(denied);
  expect(hosts(aPermissionsRequest("/work", { write: ["/x"] }), contextIn("/work"))).toBeUndefined();
});

test("long texts of the agent do not block the host", () => {
  const { root } = place();
  const long = approvals.deny({ commands: ["rm *", /shred/], paths: [".env", "**/*.pem", "**/*a*a*a*a*a*a*b"] });
  const words = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`).join(" ");
  const started = performance.now();
  for (const [script, isDenied] of [
    [`printf ${words(2_000)}`, false],
    [`printf ${words(2_000)} ./x/../.env`, true],
    // More words than are tested.
    [`printf ${words(21_000)}`, true],
    [`find ${words(9_000)}`, true],
    [`printf ${"a".repeat(100_000)}`, false],
    [`printf ${"a/".repeat(2_000)} ${"a/".repeat(100_000)}`, false],
  ] as const) {
    expect(long(aCommand(script, root), contextIn(root))).toEqual(isDenied ? denied : undefined);
  }
  // Less than a second. With regular expressions for paths, it did not end.
  expect(performance.now() - started).toBeLessThan(20_000);
});
