// Tools that startThread and resumeThread reject, before anything is started.
import { expect, test } from "vitest";
import { z } from "zod";
import { Codex, tool } from "../../src/index.js";
import type { OutputSchema, ThreadOptions, Tool } from "../../src/index.js";

function named(name: string, over: object = {}): Tool {
  return tool<OutputSchema>({ name, description: "Does something.", execute: () => "ok", ...over });
}

/** Values that an untyped program may pass. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- The caller states the type.
function untyped<Type>(value: unknown): Type {
  return value as Type;
}

// This Codex cannot start, which proves that none was started.
const codex = new Codex({ codexPathOverride: "/nowhere/codex" });

function expectRefused(options: ThreadOptions, message: string): void {
  const error = expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(message) });
  expect(() => codex.startThread(options)).toThrow(error);
  expect(() => codex.resumeThread("01a20222-4e63-7122-a53d-6a8230e28aaa", options)).toThrow(error);
}

test.each(["a", "A-1_b", "x".repeat(64), "send_message", "shell", "free", "mcp_x"])("accepts the name %s", (name) => {
  expect(codex.startThread({ tools: [named(name)] }).id).toBeNull();
});

test.each([
  ["", '""'],
  ["a b", '"a b"'],
  [" a", '" a"'],
  ["a.b", '"a.b"'],
  ["händler", '"händler"'],
  ["a\n", '"a\\n"'],
  ["x".repeat(65), "a string of 65 characters"],
  [untyped<string>(undefined), "undefined"],
  [untyped<string>(5), "5"],
])("rejects the name %j", (name, shown) => {
  expectRefused({ tools: [named("fine"), named(name)] }, `ThreadOptions.tools[1] has the name ${shown}. Use 1 to 64`);
});

test.each(["exec_command", "apply_patch", "update_plan", "web_search", "wait", "mcp", "mcp__files__read"])(
  "rejects %s, which is a name of Codex itself",
  (name) => {
    expectRefused({ tools: [named(name)] }, `the name "${name}", which is the name of a tool of Codex`);
  },
);

test("rejects two tools with one name, and two names that models cannot distinguish", () => {
  expectRefused({ tools: [named("a"), named("b"), named("a")] }, 'Two tools are named "a"');
  expectRefused({ tools: [named("a-b"), named("a_b")] }, 'The tools "a-b" and "a_b" look the same to models');
});

test.each([
  ["a value that is not an array", { tools: {} }, "an array of tools"],
  ["a function", { tools: [() => 1] }, "ThreadOptions.tools[0] must be made with tool(), not a function"],
  ["null", { tools: [null] }, "made with tool(), not null"],
  [
    "an object outside of an array",
    { tools: [{ name: "a", description: "b", execute: () => 1 }] },
    "made with tool(), not an object",
  ],
])("rejects %s for tools", (_, options, message) => {
  expectRefused(untyped(options), message);
});

test.each([
  ["no description", { description: untyped<string>(undefined) }, 'The tool "t" does not have a description.'],
  ["an empty description", { description: " " }, 'The tool "t" does not have a description.'],
  [
    "no execute function",
    { execute: untyped<() => unknown>("run") },
    'The tool "t" does not have an `execute` function.',
  ],
  ["a string as its input", { input: "string" }, 'The input of the tool "t" must be a schema, not "string".'],
  ["null as its input", { input: null }, 'The input of the tool "t" must be a schema, not null.'],
])("rejects a tool with %s", (_, over, message) => {
  expectRefused({ tools: [named("t", over)] }, message);
});

test("rejects an MCP server with the name that tools may need", () => {
  const mcpServers = { host_tools: { url: "http://127.0.0.1:9/mcp" } };
  expectRefused({ tools: [named("t")], mcpServers }, '"host_tools"');
  expect(codex.startThread({ mcpServers }).id).toBeNull();
});

test.each([
  ["that is not an object", z.string(), "must describe an object"],
  ["that is an array", [], "is an array"],
  ["that is empty", {}, "is an empty object"],
  ["that is not valid", { type: "object", properties: { a: { type: "strange" } } }, "is not a valid JSON Schema"],
  ["that JSON has no types for", z.object({ at: z.date() }), "cannot be converted to JSON Schema"],
  ["that is not a schema", new Map(), "is a Map"],
])("a turn rejects an input %s before Codex is started", async (_, input, message) => {
  const thread = codex.startThread({ tools: [named("t", { input })], skipGitRepoCheck: true });
  await expect(thread.run("hi")).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringMatching(new RegExp(`^The input of the tool "t".*${message}`)),
  });
});

test.each([undefined, null, "add", 5])("tool() rejects %s", (definition) => {
  expect(() => tool(untyped<{ name: string; description: string; execute(): void }>(definition))).toThrow(
    expect.objectContaining({ code: "invalid_input" }),
  );
});

test("a tool can be run on its own, and keeps the object that it was defined in", async () => {
  const counter = tool({
    name: "count",
    description: "Counts.",
    input: z.object({ by: z.number() }),
    execute(this: { step?: number }, { by }) {
      return (this.step ?? 1) * by;
    },
  });
  const context = { signal: new AbortController().signal, threadId: "t", turnId: "u", callId: "c" };
  expect(await counter.execute({ by: 3 }, context)).toBe(3);
  expect(Object.isFrozen(counter)).toBe(true);
});
