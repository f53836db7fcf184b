// The built-in policies, individually and combined.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { approvals } from "../../src/index.js";
import type { ApprovalContext, ApprovalPolicy, ApprovalRequest } from "../../src/index.js";
import { temporaryDirectory } from "../support/workspace.js";
import {
  aCommand,
  aCommandLine,
  aContext,
  contextIn,
  aFileChange,
  aHost,
  aPermissionsRequest,
  aToolCall,
} from "./a-request.js";

function answer(policy: ApprovalPolicy, request: ApprovalRequest, context: ApprovalContext = aContext) {
  return policy(request, context);
}

test.each(["ls", "ls && cat", "cat | wc -l; ls", "cat README.md src/index.ts"])("%s is allowed", (script) => {
  const policy = approvals.allow({ commands: ["ls", "cat *", /wc (-l|-w)/] });
  expect(answer(policy, aCommand(script))).toBe("approve");
});

test.each([
  "ls -l",
  "lsof",
  "./ls",
  "'ls -l'",
  "ls; rm -rf /",
  "ls && rm -rf /",
  "ls || rm -rf /",
  "ls | sh",
  "ls & rm -rf /",
  "ls\nrm -rf /",
  "cat $(rm -rf /)",
  "cat `rm -rf /`",
  'cat "$(rm -rf /)"',
  "cat > /etc/passwd",
  "X=1 ls",
  "cat {a,b}",
  // An option may do anything, so the rule must list it.
  "cat --output=/etc/passwd",
  "cat -n README.md",
  "cat '-n'",
  // A RegExp must match the whole command.
  "wc -l --files0-from=x",
  "xwc -l",
])("the policy does not decide about %j", (script) => {
  const policy = approvals.allow({ commands: ["ls", "cat *", /wc (-l|-w)/m] });
  expect(answer(policy, aCommand(script))).toBeUndefined();
});

test("a command line that does not start a known shell is never allowed", () => {
  const all = approvals.allow({ commands: [/.*/] });
  expect(answer(all, aCommand("ls -l"))).toBe("approve");
  for (const line of ["ls -l", "python -c 'ls -l'", "bash -c 'ls -l'", "/srv/bash -c 'ls -l'"]) {
    expect(answer(all, aCommandLine(line))).toBeUndefined();
  }
});

test("no characters around an allowed command allow another one", () => {
  const policy = approvals.allow({ commands: ["true", "echo *"] });
  const joiner = fc.constantFrom(
    "; ",
    "&& ",
    "|| ",
    "| ",
    "& ",
    "\n",
    "$(",
    "`",
    "> ",
    '"',
    "'",
    "\\",
    "{",
    "(",
    " ",
    "",
  );
  fc.assert(
    fc.property(fc.array(joiner), fc.array(joiner), (before, after) => {
      const script = `true ${before.join("")}touch /forbidden${after.join("")}`;
      const wanted = answer(policy, aCommand(script));
      // `true` takes no arguments, so an unquoted `touch` must never pass.
      expect(wanted).toBeUndefined();
    }),
  );
});

test("a RegExp that remembers its position always gives the same answer", () => {
  const policy = approvals.allow({ commands: [/^ls/g] });
  expect([1, 2, 3].map(() => answer(policy, aCommand("ls")))).toEqual(["approve", "approve", "approve"]);
});

test("files are allowed by their real path", () => {
  const root = temporaryDirectory();
  const outside = temporaryDirectory();
  mkdirSync(path.join(root, "src/deep"), { recursive: true });
  writeFileSync(path.join(root, "src/a.ts"), "");
  symlinkSync(outside, path.join(root, "src/elsewhere"));
  symlinkSync(path.join(outside, "nothing"), path.join(root, "src/dangling.ts"));
  symlinkSync(path.join(root, "src"), path.join(root, "alias"));
  const policy = approvals.allow({ paths: ["src/**", "*.md", "alias/only/*"] });
  const of = (...paths: string[]) => answer(policy, aFileChange(root, ...paths));
  expect(of("src/a.ts")).toBe("approve");
  expect(of(path.join(root, "src/deep/new/b.ts"), "README.md")).toBe("approve");
  expect(of("alias/a.ts")).toBe("approve");
  expect(of("src/only/x")).toBe("approve");
  expect(of("src/a.ts", "package.json")).toBeUndefined();
  expect(of("src/../package.json")).toBeUndefined();
  expect(of("src")).toBeUndefined();
  expect(of("srcs/a.ts")).toBeUndefined();
  expect(of("docs/README.md")).toBeUndefined();
  expect(of("src/elsewhere/a.ts")).toBeUndefined();
  expect(of("src/dangling.ts")).toBeUndefined();
  expect(of()).toBeUndefined();
});

test("a moved file needs permission at both ends, and a root is never granted", () => {
  const root = temporaryDirectory();
  const policy = approvals.allow({ paths: ["src/**"] });
  const request = aFileChange(root, "src/a.ts");
  const moved = (to: string) => ({ ...request, changes: [{ ...request.changes[0]!, move_path: to }] });
  expect(answer(policy, moved("src/b.ts"))).toBe("approve");
  expect(answer(policy, moved("/etc/b.ts"))).toBeUndefined();
  expect(answer(policy, { ...request, grantRoot: "/" })).toBeUndefined();
  expect(answer(policy, { ...request, cwd: null })).toBeUndefined();
});

test("a path that leaves the allowed folder is never allowed, in any notation", () => {
  const root = temporaryDirectory();
  const policy = approvals.allow({ paths: ["src/**"] });
  const segment = fc.constantFrom("..", ".", "src", "", "a", "...", "**", "src\0", " ");
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
      const file = segments.join("/");
      const isInside = path.resolve(root, file).startsWith(path.join(root, "src") + path.sep);
      if (!isInside) expect(answer(policy, aFileChange(root, file))).toBeUndefined();
    }),
  );
});

test("hosts are compared as a whole", () => {
  const policy = approvals.allow({ hosts: ["registry.example", "*.cdn.example"] });
  expect(answer(policy, aHost("registry.example"))).toBe("approve");
  expect(answer(policy, aHost("REGISTRY.example."))).toBe("approve");
  expect(answer(policy, aHost("a.b.cdn.example"))).toBe("approve");
  for (const host of [
    "cdn.example",
    "evil-registry.example",
    "registry.example.evil",
    "xcdn.example",
    ".cdn.example",
  ]) {
    expect(answer(policy, aHost(host))).toBeUndefined();
  }
});

test("tools of MCP servers are identified together with their server", () => {
  const policy = approvals.allow({ mcpTools: ["notes.echo", "files.*"], as: "approve_for_session" });
  expect(answer(policy, aToolCall("notes", "echo"))).toBe("approve");
  expect(answer(policy, aToolCall("files", "anything"))).toBe("approve");
  expect(answer(policy, aToolCall("notes", "write"))).toBeUndefined();
  const remembering = { ...aToolCall("notes", "echo"), answers: ["approve", "approve_for_session"] as const };
  expect(answer(policy, remembering)).toBe("approve_for_session");
});

test("permissions and input for running commands are never allowed by rules", () => {
  const everything = { commands: [/.*/], paths: ["/**"], hosts: ["*.example"], mcpTools: ["a.*"] };
  const stdin: ApprovalRequest = {
    type: "stdin",
    input: "y",
    command: "write_stdin --session-id 1 y",
    cwd: null,
    reason: null,
    answers: ["approve"],
  };
  expect(answer(approvals.allow(everything), stdin)).toBeUndefined();
  expect(answer(approvals.allow(everything), aPermissionsRequest("/work", { write: ["/work"] }))).toBeUndefined();
});

test("a denial needs only a part of the request", () => {
  const root = temporaryDirectory();
  symlinkSync(path.join(root, "gone"), path.join(root, ".env"));
  const policy = approvals.deny({
    commands: ["rm *", /^sudo /],
    paths: [".env", "keys/**"],
    hosts: ["*.bad"],
    reason: "No.",
  });
  const denied = { decision: "decline", reason: "No." };
  const scripts = ["rm -rf x", "ls && rm x", "ls > x; rm y", "echo $(rm x)", "rm", "sudo ls > x"];
  expect(scripts.map((script) => answer(policy, aCommand(script)))).toEqual(scripts.map(() => denied));
  expect(answer(policy, aFileChange(root, "a.ts", "keys/a"), contextIn(root))).toEqual(denied);
  expect(answer(policy, aFileChange(root, ".env"), contextIn(root))).toEqual(denied);
  expect(answer(policy, aHost("x.bad"))).toEqual(denied);
  for (const script of ["ls", "farm x", "echo $HOME"]) expect(answer(policy, aCommand(script))).toBeUndefined();
  expect(answer(policy, aFileChange(root, "a.ts"), contextIn(root))).toBeUndefined();
  expect(answer(policy, aHost("good"))).toBeUndefined();
});

test("the first decision counts, and later policies are not asked", async () => {
  const asked: string[] = [];
  const says = (name: string, opinion: "approve" | undefined) => () => {
    asked.push(name);
    return opinion;
  };
  const policy = approvals.firstOf(says("a", undefined), says("b", "approve"), says("c", "approve"));
  expect(await answer(policy, aCommand("ls"))).toBe("approve");
  expect(asked).toEqual(["a", "b"]);
  expect(await answer(approvals.firstOf(), aCommand("ls"))).toBeUndefined();
});

test("a fixed answer is the same for every request, adapted to what the request accepts", () => {
  expect(answer(approvals.fixed("approve_for_session"), aHost("a"))).toBe("approve_for_session");
  expect(answer(approvals.fixed("approve_for_session"), aToolCall("a", "b"))).toBe("approve");
  expect(answer(approvals.fixed("abort"), aHost("a"))).toBe("abort");
});
