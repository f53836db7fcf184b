// Rules without any effect are rejected when they are created.
import { expect, test } from "vitest";
import { approvals, InvalidInputError } from "../../../src/index.js";

/** Values that JavaScript can pass. */
const untyped = approvals as unknown as Record<keyof typeof approvals, (...values: unknown[]) => unknown>;

test.each<[keyof typeof approvals, unknown, string]>([
  ["deny", { path: [".env"] }, 'approvals.deny() does not accept "path"'],
  ["allow", { command: ["ls"] }, 'does not accept "command"'],
  ["allow", { commands: ["ls"], reason: "x" }, 'does not accept "reason"'],
  ["deny", { paths: ["x"], as: "approve" }, 'does not accept "as"'],
  ["deny", { paths: ["x"], directories: ["y"] }, 'does not accept "directories"'],
  ["allow", {}, "requires at least one rule"],
  ["allow", { as: "approve" }, "requires at least one rule"],
  ["deny", { paths: [] }, "requires at least one rule"],
  ["deny", undefined, "requires an object"],
  ["deny", [".env"], "requires an object"],
  ["deny", { paths: ".env" }, "must be an array"],
  ["deny", { paths: [7] }, "paths [0]"],
  ["deny", { paths: ["a", ""] }, "paths [1]"],
  ["deny", { paths: ["~/x"] }, "is not expanded"],
  ["allow", { paths: ["!a"] }, "cannot be negated"],
  ["allow", { paths: ["{a,b}"] }, "braces"],
  ["allow", { paths: [" a"] }, "white space"],
  ["allow", { paths: ["a\0"] }, "path of a file"],
  ["allow", { commands: [7] }, "a string or a RegExp"],
  ["allow", { commands: [new RegExp("")] }, "is empty"],
  ["allow", { commands: ["git status && ls"] }, "is not a command rule"],
  ["allow", { commands: [""] }, "is not a command rule"],
  ["allow", { commands: ["git > x"] }, "is not a command rule"],
  ["allow", { commands: ["git config *"] }, "does not name a command of git"],
  ["allow", { commands: ["git -C sub status"] }, "does not name a command of git"],
  ["deny", { commands: ["$GIT status"] }, "is not a command rule"],
  ["deny", { commands: ["*"] }, "is not a command rule"],
  ["allow", { commands: ["cd *"] }, "can never approve"],
  ["allow", { commands: ["./run.sh"] }, "can never approve"],
  ["allow", { commands: ["ls"], directories: ["packages/*"] }, "one directory"],
  ["allow", { commands: ["ls"], as: "aprove" }, 'not "aprove"'],
  ["allow", { commands: ["ls"], as: "approve_always" }, 'not "approve_always"'],
  ["deny", { paths: ["x"], reason: "" }, "reason must be a text"],
  ["allow", { hosts: ["https://x.example"] }, "host name"],
  ["allow", { hosts: ["x.example:443"] }, "host name"],
  ["allow", { hosts: ["*"] }, "host name"],
  ["allow", { hosts: ["a.*.example"] }, "host name"],
  ["deny", { hosts: [""] }, "host name"],
  ["allow", { mcpTools: ["notes"] }, "server.tool"],
  ["allow", { mcpTools: ["*.write"] }, "server.tool"],
  ["allow", { mcpTools: ["notes.wr*"] }, "server.tool"],
  ["fixed", "aprove", 'not "aprove"'],
  ["fixed", undefined, "not undefined"],
  ["ask", undefined, "must be a function"],
  ["firstOf", "approve", "policy 0 must be a function"],
])("approvals.%s(%j) throws", (name, value, message) => {
  expect(() => untyped[name](value)).toThrow(InvalidInputError);
  expect(() => untyped[name](value)).toThrow(message);
});

test("unusual rules that can match are accepted", () => {
  const hosts = ["localhost", "127.0.0.1", "::1", "b\u00fccher.example"];
  expect(() => approvals.allow({ paths: ["app/[id]/page.tsx", "..", "/**", "a b"], hosts })).not.toThrow();
  expect(() =>
    approvals.deny({ commands: ["./run.sh", "cd *"], paths: ["secrets/"], reason: undefined }),
  ).not.toThrow();
});
