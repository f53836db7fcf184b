// Functions of the host as tools of the agent, with the real Codex: their input, their output, and their events.
import { expect, test } from "vitest";
import { z } from "zod";
import { image as toolImage, tool } from "../../../src/index.js";
import type { ThreadEvent, ToolContext } from "../../../src/index.js";
import { callTool, rawItem, respond, say } from "../../../src/testing/index.js";
import { dataUrl, image } from "../../input/images.js";
import { threadWithTools, toolCalls } from "../../support/tool-calls.js";
import { codexOn, scriptedModel } from "../../support/workspace.js";

const add = tool({
  name: "add",
  description: "Adds two numbers.",
  input: z.object({ a: z.number(), b: z.number().default(1) }),
  execute: ({ a, b }) => ({ sum: a + b }),
});

test("a tool is offered under its name, runs with its schema's output, and its call is an item", async () => {
  const contexts: ToolContext[] = [];
  const day = tool({
    name: "weekday",
    description: "The day of the week of a date.",
    input: z.object({ date: z.string().transform((text) => new Date(text)) }),
    execute({ date }, context) {
      contexts.push(context);
      return date.toLocaleDateString("en", { weekday: "long", timeZone: "UTC" });
    },
  });
  const { model, thread, outputs } = await threadWithTools(
    [callTool("weekday", { date: "2024-02-29" }, { callId: "call-1" }), say("A Thursday.")],
    [day],
  );

  const turn = await thread.run("Which day was it?");

  expect(model.requests[0]?.tools).toContainEqual(
    expect.objectContaining({
      type: "function",
      name: "weekday",
      description: "The day of the week of a date.",
      parameters: expect.objectContaining({ properties: { date: { type: "string" } }, required: ["date"] }),
    }),
  );
  expect(outputs(2)).toEqual(["Thursday"]);
  expect(toolCalls(turn.items)).toEqual([
    {
      id: "call-1",
      type: "tool_call",
      tool: "weekday",
      arguments: { date: "2024-02-29" },
      result: [{ type: "text", text: "Thursday" }],
      status: "completed",
      duration_ms: expect.any(Number),
    },
  ]);
  expect(contexts).toEqual([
    { threadId: thread.id, turnId: turn.id, callId: "call-1", signal: expect.any(AbortSignal) },
  ]);
  expect(contexts[0]?.signal.aborted).toBe(false);
});

test("the stream has a call's start and end", async () => {
  const { thread } = await threadWithTools([callTool("add", { a: 2 }), say("3")], [add]);
  const seen: string[] = [];
  for await (const event of await thread.runStreamed("Add."))
    if (event.type !== "item.updated") seen.push(short(event));
  expect(seen).toEqual([
    "thread.started",
    "turn.started",
    "item.started tool_call in_progress null",
    'item.completed tool_call completed [{"type":"text","text":"{\\"sum\\":3}"}]',
    "item.completed agent_message",
    "turn.completed",
  ]);
});

function short(event: ThreadEvent): string {
  if (!("item" in event)) return event.type;
  const { item } = event;
  return item.type === "tool_call"
    ? `${event.type} ${item.type} ${item.status} ${JSON.stringify(item.result)}`
    : `${event.type} ${item.type}`;
}

const results: [string, unknown, string][] = [
  ["a string", "as it is", "as it is"],
  ["an empty string", "", ""],
  ["nothing", undefined, ""],
  ["null", null, "null"],
  ["a number", 7, "7"],
  ["an object", { a: [1, { b: null }] }, '{"a":[1,{"b":null}]}'],
  ["an empty array", [], "[]"],
  ["a date", new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ["a text part", { type: "text", text: "part" }, "part"],
  [
    "parts in order",
    [
      { type: "text", text: "one" },
      { type: "text", text: "two" },
    ],
    "one\ntwo",
  ],
  ["data that looks like a part", { type: "text", text: "part", id: 5 }, '{"type":"text","text":"part","id":5}'],
  ["half a surrogate pair", "a\uD800b", "a\uFFFDb"],
  ["line ends of JavaScript", "a\u2028b\u0000c", "a\u2028b\u0000c"],
];

test("a result of any type reaches the agent as text", async () => {
  const gives = results.map(([, result], index) =>
    tool({ name: `give_${index}`, description: "Gives.", execute: () => Promise.resolve(result) }),
  );
  const { thread, outputs } = await threadWithTools([gives.map(({ name }) => callTool(name)), say("Seen.")], gives);
  const turn = await thread.run("Try all.");
  expect(toolCalls(turn.items).map(({ status }) => status)).toEqual(results.map(() => "completed"));
  expect(outputs(2)).toEqual(results.map(([, , text]) => text));
});

test("images reach the model between texts, in order", async () => {
  const pictures = tool({
    name: "pictures",
    description: "Gives pictures.",
    execute: () => [
      { type: "text", text: "before" },
      toolImage({ data: image("image/png"), mediaType: "image/png" }),
      toolImage({ url: dataUrl("image/jpeg") }),
      { type: "text", text: "after" },
    ],
  });
  const { model, thread } = await threadWithTools([callTool("pictures"), say("Nice.")], [pictures]);
  const turn = await thread.run("Show me.");
  const images = [dataUrl("image/png"), dataUrl("image/jpeg")];
  expect(toolCalls(turn.items)[0]?.result).toEqual([
    { type: "text", text: "before" },
    ...images.map((url) => ({ type: "image", url })),
    { type: "text", text: "after" },
  ]);
  expect(model.requests[1]?.newOutputs[0]?.output).toEqual([
    { type: "input_text", text: "before" },
    ...images.map((url) => expect.objectContaining({ type: "input_image", image_url: url })),
    { type: "input_text", text: "after" },
  ]);
});

test("a tool without input receives nothing, whatever the agent sends", async () => {
  const given: unknown[] = [];
  const ping = tool({
    name: "ping",
    description: "Answers.",
    execute: (...args) => {
      given.push(args[0]);
      return "pong";
    },
  });
  const { model, thread, outputs } = await threadWithTools(
    [[callTool("ping"), callTool("ping", { more: 1 })], say("ok")],
    [ping],
  );
  await thread.run("Ping.");
  expect(outputs(2)).toEqual(["pong", "pong"]);
  expect(given).toEqual([undefined, undefined]);
  expect(model.requests[0]?.tools.find(({ name }) => name === "ping")?.["parameters"]).toEqual({
    type: "object",
    properties: {},
    additionalProperties: false,
  });
});

test("a JSON Schema works as input, and is enforced", async () => {
  const given: unknown[] = [];
  const greet = tool({
    name: "greet",
    description: "Greets.",
    input: {
      type: "object",
      properties: { name: { type: "string" } },
      required: ["name"],
      additionalProperties: false,
    },
    execute: (args) => {
      given.push(args);
      return "hi";
    },
  });
  const { thread, outputs } = await threadWithTools(
    [[callTool("greet", { name: "Ann" }), callTool("greet", { name: 5 }), callTool("greet", {})], say("ok")],
    [greet],
  );
  const turn = await thread.run("Greet.");
  expect(given).toEqual([{ name: "Ann" }]);
  expect(outputs(2)).toEqual([
    "hi",
    'The arguments of the tool "greet" do not match its schema: $.name must be string. The tool was not run.',
    "The arguments of the tool \"greet\" do not match its schema: $ must have required property 'name'. The tool was not run.",
  ]);
  expect(toolCalls(turn.items).map(({ status }) => status)).toEqual(["completed", "failed", "failed"]);
});

test("invalid arguments are reported to the agent by their paths, and the tool is not run", async () => {
  let runs = 0;
  const nested = tool({
    name: "nested",
    description: "Takes a list.",
    input: z.object({ list: z.array(z.object({ n: z.number().int() })), mode: z.enum(["a", "b"]) }),
    execute: () => ++runs,
  });
  const { thread, outputs } = await threadWithTools(
    [callTool("nested", { list: [{ n: 1 }, { n: 1.5 }], mode: "c" }), callTool("nested", "{broken"), say("ok")],
    [nested],
  );
  await thread.run("Try.");
  expect(outputs(2)[0]).toContain("$.list[1].n");
  expect(outputs(2)[0]).toContain("$.mode");
  expect(outputs(3)[0]).toMatch(/failed to parse function arguments|expected/i);
  expect(runs).toBe(0);
});

test("calls run concurrently", async () => {
  let running = 0;
  let release = (): void => undefined;
  const both = new Promise<void>((resolve) => {
    release = resolve;
  });
  const meet = tool({
    name: "meet",
    description: "Waits for the other one.",
    execute: async () => {
      running += 1;
      if (running === 2) release();
      await both;
      return "met";
    },
  });
  const { thread, outputs } = await threadWithTools([[callTool("meet"), callTool("meet")], say("ok")], [meet]);
  await thread.run("Meet.");
  expect(outputs(2)).toEqual(["met", "met"]);
});

test("models that write code call tools as functions", async () => {
  const script = [
    rawItem({
      type: "custom_tool_call",
      id: "ctc_1",
      call_id: "call-1",
      name: "exec",
      status: "completed",
      input: "text(await tools.add({ a: 1, b: 2 })); text(await tools.add({ a: 'x' }));",
    }),
    say("Done."),
  ];
  const model = await scriptedModel(script);
  const turn = await codexOn(model)
    .startThread({ skipGitRepoCheck: true, tools: [add] })
    .run("Add.");
  // The IDs of these calls are generated, and in order.
  const calls = turn.items.filter((item) => item.type === "tool_call");
  expect(calls.map(({ arguments: args, status }) => [args, status])).toEqual([
    [{ a: 1, b: 2 }, "completed"],
    [{ a: "x" }, "failed"],
  ]);
  expect(model.requests[1]?.lastOutput).toContain('{"sum":3}');
  expect(model.requests[1]?.lastOutput).toContain("$.a");
});

test("tools of one thread are not available to another", async () => {
  const named = (name: string) => tool({ name: "who", description: "Says who.", execute: () => name });
  const model = await scriptedModel(({ newOutputs }) =>
    newOutputs.length > 0 ? say(newOutputs[0]?.text ?? "") : respond([callTool("who")]),
  );
  const codex = codexOn(model);
  const threads = [{ tools: [named("one")] }, { tools: [named("two")] }, {}].map((options) =>
    codex.startThread(model.threadOptions(options)),
  );
  const turns = await Promise.all(threads.map((thread) => thread.run("Who?")));
  expect(turns.map((turn) => turn.finalResponse)).toEqual(["one", "two", "unsupported call: who"]);
});
