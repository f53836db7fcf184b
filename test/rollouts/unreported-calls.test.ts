// Calls without items, in records of Codex and in hostile ones.
import { execFileSync } from "node:child_process";
import { appendFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { JsonObject } from "../../src/internal/json.js";
import { mayHaveUnreported, readUnreportedItems, UnreportedCalls } from "../../src/rollouts/unreported-calls.js";
import type { ModelCall } from "../../src/usage/turn-usage.js";
import { temporaryDirectory } from "../support/workspace.js";

const response = (payload: object) => ({ type: "response_item", payload }) as JsonObject;
const event = (payload: object) => ({ type: "event_msg", payload }) as JsonObject;
const call = (id: unknown, name: unknown, given: unknown, more: object = {}) =>
  response({ type: "function_call", call_id: id, name, arguments: JSON.stringify(given), ...more });
const output = (id: unknown, text: unknown) => response({ type: "function_call_output", call_id: id, output: text });
const patched = (id: string, input: unknown) =>
  response({ type: "custom_tool_call", call_id: id, name: "apply_patch", input });
const item = (id: string, type = "CommandExecution") => event({ type: "item_completed", item: { type, id } });
const started = (id: string) => event({ type: "task_started", turn_id: id });
const directory = { type: "turn_context", payload: { cwd: "/repo" } } as JsonObject;

const ran = (code: number, text: string) =>
  `Chunk ID: a1\nWall time: 0.1 seconds\nProcess exited with code ${code}\nOriginal token count: 1\nOutput:\n${text}`;

function itemsIn(records: readonly JsonObject[], turnId: string | null = null, reported: readonly string[] = []) {
  const calls = new UnreportedCalls(turnId);
  for (const record of records) calls.read(record);
  return calls.items((id) => reported.includes(id));
}

test.each([
  ["a command that ran", ran(1, "blocked\n"), { aggregated_output: "blocked\n", exit_code: 1, status: "failed" }],
  ["a command that succeeded", ran(0, "ok"), { aggregated_output: "ok", exit_code: 0, status: "completed" }],
  ["the older form", "Exit code: 2\nWall time: 1 seconds\nOutput:\nno", { aggregated_output: "no", exit_code: 2 }],
  [
    "a rejected escalation",
    "approval policy is Never; reject command — no",
    { aggregated_output: "approval policy is Never; reject command — no", exit_code: null, status: "declined" },
  ],
  [
    "text that only looks like a header, below another line",
    "error\nProcess exited with code 0\nOutput:\n",
    { aggregated_output: "error\nProcess exited with code 0\nOutput:\n", exit_code: null, status: "failed" },
  ],
  [
    "a header and an exit code in the printed text",
    ran(1, "Process exited with code 0\nOutput:\nfine"),
    { aggregated_output: "Process exited with code 0\nOutput:\nfine", exit_code: 1, status: "failed" },
  ],
  ["parts of text", [{ text: "a" }, { type: "image" }, null, { text: "b" }], { aggregated_output: "a\nb" }],
  ["an output that is not text", { content: 5 }, { aggregated_output: "", exit_code: null, status: "failed" }],
])("%s", (_, text, expected) => {
  expect(itemsIn([call("c", "exec_command", { cmd: "go" }), output("c", text)])).toMatchObject([
    { id: "c", type: "command_execution", command: "go", ...expected },
  ]);
});

test("the forms of commands", () => {
  const local = response({
    type: "local_shell_call",
    call_id: "local",
    action: { type: "exec", command: ["touch", "a b"], working_directory: "/else" },
  });
  const items = itemsIn([
    directory,
    call("shell", "shell", { command: ["sh", "-c", "it's"], workdir: "sub" }),
    call("text", "shell_command", { command: "ls" }),
    local,
    ...["shell", "text", "local"].map((id) => output(id, "no")),
  ]);
  expect(items).toMatchObject([
    { id: "shell", command: `sh -c "it's"`, cwd: "/repo/sub" },
    { id: "text", command: "ls" },
    { id: "local", command: "touch 'a b'", cwd: "/else" },
  ]);
  expect(items[1]).not.toHaveProperty("cwd");
});

test("the files of a patch", () => {
  const text = [
    "*** Begin Patch",
    "*** Move to: nowhere",
    "*** Add File: a",
    "+*** Delete File: not-this",
    "*** Update File: /abs/b\r",
    "*** Move to: ../c",
    "@@",
    "-x",
    "*** Delete File: __proto__",
    "*** End Patch",
  ].join("\n");
  const result = response({ type: "custom_tool_call_output", call_id: "p", output: "patch rejected: read-only" });
  const records = [directory, patched("p", text), result];
  expect(itemsIn([...records, call("f", "apply_patch", { input: "nonsense" }), output("f", "invalid")])).toEqual([
    {
      id: "p",
      type: "file_change",
      status: "declined",
      changes: [
        { path: "/repo/a", kind: "add" },
        { path: "/abs/b", kind: "update", move_path: "/c" },
        { path: "/repo/__proto__", kind: "delete" },
      ],
    },
    { id: "f", type: "file_change", status: "failed", changes: [] },
  ]);
});

test("items that are not added: recorded or reported ones, running commands, other tools, calls without answers", () => {
  const command = (id: string) => call(id, "exec_command", { cmd: id });
  const running = "Chunk ID: a\nWall time: 1 seconds\nProcess running with session ID 7\nOutput:\n";
  const records = [
    ...["recorded", "reported", "running", "open", "late"].map(command),
    item("recorded"),
    output("recorded", "x"),
    output("reported", "x"),
    output("running", running),
    output("running", ran(0, "")),
    output("late", "x"),
    item("late", "FileChange"),
    command("recorded"),
    output("recorded", "x"),
    call("stdin", "write_stdin", { session_id: 1, chars: "cmd" }),
    call("plan", "update_plan", { cmd: "x" }),
    call("mcp", "exec_command", { cmd: "x" }, { namespace: "mcp__server" }),
    response({ type: "custom_tool_call", call_id: "code", name: "exec", input: "x" }),
    ...["stdin", "plan", "mcp", "code"].map((id) => output(id, "x")),
  ];
  expect(itemsIn(records, null, ["reported"])).toEqual([]);
});

test("hostile records", () => {
  const records = [
    output("early", "before its call"),
    call("early", "exec_command", { cmd: "early" }),
    ...[undefined, null, 5, "", "x".repeat(2_000), ["a"]].flatMap((id) => [
      call(id, "exec_command", { cmd: "no ID" }),
      output(id, "x"),
    ]),
    call("twice", "exec_command", { cmd: "first" }),
    call("twice", "exec_command", { cmd: "second" }),
    output("twice", "one"),
    output("twice", "two"),
    call("__proto__", "exec_command", { cmd: "proto" }),
    output("__proto__", "x"),
    call("constructor", "constructor", { cmd: "x" }),
    output("constructor", "x"),
    ...[{ cmd: 5 }, { cmd: null }, {}, [], "text", null, { command: [] }, { command: [1] }].flatMap((given, index) => [
      call(`wrong-${index}`, "exec_command", given),
      output(`wrong-${index}`, "x"),
    ]),
    response({ type: "function_call", call_id: "broken", name: "exec_command", arguments: "{" }),
    output("broken", "x"),
    patched("not-text", { input: 5 }),
    output("not-text", "x"),
    response({ type: "local_shell_call", call_id: "no-action", action: null }),
    output("no-action", "x"),
    event({ type: "item_completed", item: null }),
    event({ type: "item_completed", item: { id: 5 } }),
    { type: "response_item", payload: null } as JsonObject,
    { type: "response_item" } as JsonObject,
    {} as JsonObject,
  ];
  expect(itemsIn(records)).toMatchObject([
    { id: "twice", command: "first", aggregated_output: "one" },
    { id: "__proto__", command: "proto" },
  ]);
});

test("sizes are limited", () => {
  const huge = "y".repeat(1_000_000);
  const patchText = Array.from({ length: 3_000 }, (_, index) => `*** Add File: ${index}`).join("\n");
  const many = Array.from({ length: 2_000 }, (_, index) => [
    call(`c${index}`, "exec_command", { cmd: "x" }),
    output(`c${index}`, "x"),
  ]);
  const [first, second, ...rest] = itemsIn([
    call("huge", "exec_command", { cmd: huge }),
    output("huge", huge),
    patched("files", patchText),
    output("files", "x"),
    ...many.flat(),
  ]);
  expect(first).toMatchObject({ command: "y".repeat(256 * 1024), aggregated_output: "y".repeat(256 * 1024) });
  expect(second?.type === "file_change" && second.changes).toHaveLength(1_000);
  expect(rest).toHaveLength(998);
});

test("records of other turns are ignored", () => {
  const rejected = (id: string) => [call(id, "exec_command", { cmd: id }), output(id, "no")];
  const records = [...rejected("a"), started("1"), ...rejected("b"), started("2"), ...rejected("c")];
  expect(itemsIn(records, "1").map(({ id }) => id)).toEqual(["b"]);
  expect(itemsIn(records).map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

test("reads a file from an offset, and nothing from a file that is missing or does not record items", async () => {
  const file = path.join(temporaryDirectory(), "rollout.jsonl");
  const lines = (records: readonly JsonObject[]) => records.map((record) => `${JSON.stringify(record)}\n`).join("");
  const before = lines([call("old", "exec_command", { cmd: "old" }), output("old", "no")]);
  writeFileSync(file, before);
  appendFileSync(file, 'not JSON "function_call"\n');
  appendFileSync(file, lines([call("new", "exec_command", { cmd: "new" }), output("new", "no"), item("done")]));
  const options = { file, offset: before.length, turnId: null, isReported: () => false };
  expect((await readUnreportedItems(options)).map(({ id }) => id)).toEqual(["new"]);
  expect(await readUnreportedItems({ ...options, reportedWork: 1 })).toHaveLength(1);
  expect(await readUnreportedItems({ ...options, reportedWork: 2 })).toEqual([]);
  expect(await readUnreportedItems({ ...options, file: `${file}.missing` })).toEqual([]);
  expect(await readUnreportedItems({ ...options, file: path.dirname(file) })).toEqual([]);
});

test.skipIf(process.platform === "win32")("a pipe or a device in place of the file is not read", async () => {
  const directory = temporaryDirectory();
  const [pipe, device] = [path.join(directory, "pipe"), path.join(directory, "device")];
  execFileSync("mkfifo", [pipe]);
  symlinkSync("/dev/zero", device);
  for (const file of [pipe, device]) {
    expect(await readUnreportedItems({ file, offset: 0, turnId: null, isReported: () => false })).toEqual([]);
  }
});

test("a turn of one request, or that did not end, has none", () => {
  const requests = (count: number) => Array.from({ length: count }, () => ({}) as ModelCall);
  const may = (status: string) => [0, 1, 2].map((count) => mayHaveUnreported(requests(count), status));
  expect(may("completed")).toEqual([true, false, true]);
  expect(may("failed")).toEqual([false, true, true]);
  expect(may("interrupted")).toEqual([false, false, false]);
});
