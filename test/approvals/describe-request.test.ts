// What a user reads before they approve: everything that the approval grants, without text that imitates something
// else.
import { expect, test } from "vitest";
import { approvals } from "../../src/index.js";
import type { ApprovalRequest } from "../../src/index.js";
import { aCommandLine, aContext, aFileChange, aHost, aPermissionsRequest, aToolCall } from "./a-request.js";

async function question(request: ApprovalRequest): Promise<string> {
  let asked = "";
  const policy = approvals.ask((text) => {
    asked = text;
    return false;
  });
  await policy(request, aContext);
  return asked;
}

const permissions = {
  network: true,
  read: ["/keys"],
  write: ["/a", "/b"],
  raw: {
    fileSystem: {
      entries: [
        { path: { type: "glob_pattern", pattern: "/x/**" }, access: "write" },
        { path: { type: "special", value: { kind: "root" } }, access: "read" },
      ],
    },
  },
};
const grants =
  'network access, read access to "/keys", write access to "/a", write access to "/b", ' +
  'write access to files like "/x/**", read access to "{\\"kind\\":\\"root\\"}"';

test.each<[string, ApprovalRequest, string]>([
  [
    "a command that leaves the sandbox",
    { ...aCommandLine("/bin/bash -lc 'npm test'"), reason: "to see" },
    `Run "/bin/bash -lc 'npm test'" in "/work" outside the sandbox, with your access to files and the network? Reason given: "to see"`,
  ],
  [
    "a command with additional permissions",
    { ...aCommandLine("ls"), cwd: null, permissions },
    `Run "ls" in an unknown directory in the sandbox, and give it ${grants}?`,
  ],
  [
    "permissions",
    aPermissionsRequest("/work", permissions),
    `Give every command of the agent, until the turn ends, ${grants} in "/work"?`,
  ],
  [
    "permissions without a known form",
    aPermissionsRequest("/work", { raw: { novel: true } }),
    'Give every command of the agent, until the turn ends, the permissions {"novel":true} in "/work"?',
  ],
  [
    "input",
    { type: "stdin", input: "y\n", command: "write_stdin", cwd: "/work", reason: null, answers: [] },
    'Type "y\\u{a}" into a running command that was started outside the sandbox in "/work"?',
  ],
  [
    "a change with a move and a write root",
    {
      ...aFileChange("/work", "a"),
      changes: [
        { path: "new", kind: "add" },
        { path: "old", kind: "delete" },
        { path: "a", kind: "update", move_path: "/etc/b" },
      ],
      grantRoot: "/etc",
    },
    'Create "new", delete "old", move "a" to "/etc/b" and change it in "/work", and let the agent write everything in "/etc" until Codex exits?',
  ],
  ["a change without a list", aFileChange(null), "Change files that Codex does not name in an unknown directory?"],
  ["a host", aHost("registry.example"), 'Let a command reach the host "registry.example" by https?'],
  [
    "a tool",
    { ...aToolCall("notes", "write"), arguments: { text: "hi" } },
    'Call the tool "write" of the MCP server "notes" with {"text":"hi"}?',
  ],
])("%s", async (_name, request, expected) => {
  expect(await question(request)).toBe(expected);
});

const tricks = [
  "\u001b[2J",
  "\r",
  "\n",
  "\u2028",
  "\u2029",
  "\u0085",
  "\u009b1A",
  "\u202e",
  "\u2066",
  "\u200b",
  "\u200d",
  "\ufeff",
  "\u00ad",
  "\u3164",
  "\u2800",
  "\u00a0",
  "\ufe0f",
  "\u{e0041}",
  "\ud800",
  "\ue000",
];

test.each(tricks)("%j is escaped in every field", async (trick) => {
  const evil = `x${trick}y`;
  const requests: ApprovalRequest[] = [
    { ...aCommandLine(evil), cwd: evil, reason: evil },
    { ...aCommandLine("ls"), permissions: { network: false, read: [evil], write: [evil], raw: {} } },
    aPermissionsRequest(evil, {
      raw: { fileSystem: { entries: [{ path: { type: "glob_pattern", pattern: evil }, access: evil }] } },
    }),
    aPermissionsRequest("/", { raw: { [evil]: evil } }),
    { type: "stdin", input: evil, command: evil, cwd: evil, reason: evil, answers: [] },
    { ...aFileChange(evil, evil), changes: [{ path: evil, kind: "update", move_path: evil }], grantRoot: evil },
    { ...aHost(evil), reason: evil },
    { ...aToolCall(evil, evil), arguments: { [evil]: evil } },
  ];
  for (const request of requests) expect(await question(request)).not.toContain(trick);
});

test("text from the agent cannot end its quotation", async () => {
  const command = String.raw`ls" in "/safe"? Reason given: "approved by \" Ann`;
  expect(await question(aCommandLine(command))).toBe(
    String.raw`Run "ls\" in \"/safe\"? Reason given: \"approved by \\\" Ann" in "/work" outside the sandbox, with your access to files and the network?`,
  );
});

test("a long reason is shortened, so that what is granted remains on the screen; a long command is not", async () => {
  const command = "x".repeat(5_000);
  const asked = await question({ ...aCommandLine(command), reason: "y".repeat(1_000_000) });
  expect(asked).toContain(command);
  expect(asked).toContain("outside the sandbox");
  expect(asked.slice(asked.indexOf("?"))).toBe(`? Reason given: "${"y".repeat(500)}" and 999500 more characters`);
});
