// The events of each step, in the order of the real API; and rejected steps.
import { expect, onTestFinished, test } from "vitest";
import {
  askUser,
  callMcpTool,
  callTool,
  compaction,
  cut,
  fail,
  failResponse,
  incomplete,
  malformed,
  patch,
  pause,
  plan,
  rawEvent,
  rawItem,
  reason,
  repeat,
  respond,
  runCommand,
  say,
  ScriptedModel,
  searchWeb,
  silence,
  together,
  until,
  viewImage,
  writeStdin,
  type Part,
  type Script,
  type ScriptedModelOptions,
  type Step,
} from "../../src/testing/index.js";
import { ask, parseEvents, post, readUntilBroken, types } from "./ask-model.js";

async function start(script: Script | ScriptedModelOptions): Promise<ScriptedModel> {
  const model = await ScriptedModel.start(script);
  onTestFinished(() => model.close());
  return model;
}

const begin = ["created", "in_progress"];

test("a message is sent in pieces", async () => {
  const model = await start([say("Done.", { pieces: ["Do", "ne."], phase: "final_answer" })]);
  const events = await ask(model);
  expect(types(events)).toEqual([
    ...begin,
    "output_item.added",
    "content_part.added",
    "output_text.delta",
    "output_text.delta",
    "output_text.done",
    "content_part.done",
    "output_item.done",
    "completed",
  ]);
  expect(events.map((event) => event["sequence_number"])).toEqual(events.map((_, index) => index));
  expect(events[2]!.item).toMatchObject({ status: "in_progress", content: [], phase: "final_answer" });
  expect([events[4]!["delta"], events[5]!["delta"]]).toEqual(["Do", "ne."]);
  const { item } = events[8]!;
  expect(item).toMatchObject({ status: "completed", role: "assistant", phase: "final_answer" });
  expect(item?.content).toEqual([{ type: "output_text", text: "Done.", annotations: [] }]);
  expect(events[9]!.response).toMatchObject({ id: "resp_1", status: "completed", output: [item] });
});

test("a number of pieces cuts the text evenly, never inside a character", async () => {
  const model = await start([say("a😀b😀c", { pieces: 2 })]);
  const deltas = (await ask(model)).filter(({ type }) => type === "response.output_text.delta");
  expect(deltas.map(({ delta }) => delta)).toEqual(["a😀b", "😀c"]);
});

test("several items in one response have their own indices and IDs", async () => {
  const model = await start([
    together(reason("Hm."), runCommand("ls"), patch({ "a.txt": { delete: true } }), searchWeb("x")),
  ]);
  const events = await ask(model);
  expect(types(events)).toEqual([
    ...begin,
    "output_item.added",
    "reasoning_summary_part.added",
    "reasoning_summary_text.delta",
    "reasoning_summary_text.done",
    "reasoning_summary_part.done",
    "output_item.done",
    "output_item.added",
    "function_call_arguments.delta",
    "function_call_arguments.done",
    "output_item.done",
    "output_item.added",
    "custom_tool_call_input.delta",
    "custom_tool_call_input.done",
    "output_item.done",
    "output_item.added",
    "web_search_call.in_progress",
    "web_search_call.searching",
    "web_search_call.completed",
    "output_item.done",
    "completed",
  ]);
  const done = events.filter(({ type }) => type === "response.output_item.done");
  expect(done.map((event) => event["output_index"])).toEqual([0, 1, 2, 3]);
  expect(new Set(done.map((event) => event.item?.id)).size).toBe(4);
});

const calls: [string, Part, object][] = [
  [
    "runCommand",
    runCommand("ls", { yieldTimeMs: 300, tty: true, login: false, workdir: "/w" }),
    { name: "exec_command" },
  ],
  ["writeStdin", writeStdin(7, "y\n"), { name: "write_stdin", arguments: '{"session_id":7,"chars":"y\\n"}' }],
  ["viewImage", viewImage("a.png"), { name: "view_image", arguments: '{"path":"a.png"}' }],
  [
    "callTool",
    callTool("f", { a: 1 }, { namespace: "n", callId: "c" }),
    { namespace: "n", call_id: "c", arguments: '{"a":1}' },
  ],
  ["callTool with bad JSON", callTool("f", "{oops"), { arguments: "{oops" }],
  [
    "callMcpTool",
    callMcpTool("my-crm", "find.all", { q: "x" }),
    { name: "find_all", namespace: "mcp__my_crm", arguments: '{"q":"x"}' },
  ],
  ["askUser", askUser({ id: "q", header: "Q", question: "?", options: [] }), { name: "request_user_input" }],
];

test.each(calls)("%s is a function call", async (_name, step, expected) => {
  const model = await start([step]);
  const done = (await ask(model)).find(({ type }) => type === "response.output_item.done");
  expect(done?.item).toMatchObject({ type: "function_call", ...expected });
});

test("runCommand passes exactly what Codex's tool accepts", () => {
  expect(runCommand("ls").arguments).toEqual({ cmd: "ls" });
  expect(runCommand("rm x", { escalate: "May I?", prefixRule: ["rm"] }).arguments).toEqual({
    cmd: "rm x",
    sandbox_permissions: "require_escalated",
    justification: "May I?",
    prefix_rule: ["rm"],
  });
});

test("plan sends steps without a status as pending", () => {
  const { arguments: args } = plan(["look", { step: "fix", status: "completed" }], "why");
  expect(args).toEqual({
    explanation: "why",
    plan: [
      { step: "look", status: "pending" },
      { step: "fix", status: "completed" },
    ],
  });
});

test("raw items and events are sent unchanged", async () => {
  const model = await start([
    [
      rawItem({ type: "image_generation_call", result: "x" }),
      rawEvent({ type: "response.unheard_of", a: 1 }),
      compaction(),
    ],
  ]);
  const events = await ask(model);
  const items = events.filter(({ type }) => type === "response.output_item.done").map((event) => event.item);
  expect(items).toMatchObject([{ type: "image_generation_call", result: "x" }, { type: "compaction" }]);
  expect(events.find(({ type }) => type === "response.unheard_of")).toMatchObject({ a: 1 });
});

test("usage has the values that the script sets", async () => {
  const model = await start([say("a"), respond(say("b"), { usage: { input: 100, cached: 60, reasoning: 2 } })]);
  const usages = [await ask(model), await ask(model)].map((events) => events.at(-1)?.response?.usage);
  expect(usages).toEqual([
    {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 15,
    },
    {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 2 },
      total_tokens: 105,
    },
  ]);
});

test("pauses delay what follows", async () => {
  const model = await start([[say("a"), pause(60), say("b", { pieces: ["b", ""], pauseMs: 60 })]]);
  const begun = performance.now();
  await ask(model);
  expect(performance.now() - begun).toBeGreaterThan(110);
});

test("until() waits for a promise of the test", async () => {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const model = await start([[say("before"), until(released), say("after")]]);
  const reader = (await post(model)).body!.getReader();
  const first = new TextDecoder().decode((await reader.read()).value);
  expect(first).toContain("before");
  release();
  let rest = "";
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read())
    rest += new TextDecoder().decode(chunk.value);
  expect(rest).toContain("after");
  expect(first).not.toContain("after");
});

test("a rejected promise of until() breaks the answer and is a problem of the script", async () => {
  const model = await start([[say("x"), until(() => Promise.reject(new Error("no luck")))]]);
  expect(await readUntilBroken(await post(model))).toMatchObject({ broken: true });
  expect(() => model.assertDone()).toThrow("The answer to request 1 could not be played: Error: no luck");
});

test("fail() answers with status, headers and an error in OpenAI's format", async () => {
  const model = await start([
    fail(429, {
      message: "Slow.",
      type: "usage_limit_reached",
      code: "c",
      retryAfterSeconds: 7,
      fields: { resets_at: 5 },
      headers: { "x-a": "b" },
    }),
    fail(502, { body: "<html>", headers: { "content-type": "text/html" } }),
  ]);
  const refused = await post(model);
  expect(refused.status).toBe(429);
  expect([refused.headers.get("retry-after"), refused.headers.get("x-a")]).toEqual(["7", "b"]);
  expect(await refused.json()).toEqual({
    error: { message: "Slow.", type: "usage_limit_reached", code: "c", param: null, resets_at: 5 },
  });
  const gateway = await post(model);
  expect([gateway.status, gateway.headers.get("content-type"), await gateway.text()]).toEqual([
    502,
    "text/html",
    "<html>",
  ]);
});

test("failResponse() and incomplete() end the response with their event", async () => {
  const model = await start([
    [say("x"), failResponse({ code: "server_error", message: "Oh." })],
    incomplete("content_filter"),
  ]);
  const failed = (await ask(model)).at(-1)!;
  expect(failed).toMatchObject({
    type: "response.failed",
    response: { status: "failed", error: { code: "server_error", message: "Oh." } },
  });
  const ended = (await ask(model)).at(-1)!;
  expect(ended).toMatchObject({
    type: "response.incomplete",
    response: { incomplete_details: { reason: "content_filter" } },
  });
});

test("cut() breaks the connection after everything before it was sent", async () => {
  const model = await start([[say("whole"), cut({ text: "hal" })], cut()]);
  const { text, broken } = await readUntilBroken(await post(model));
  expect(broken).toBe(true);
  const events = parseEvents(text);
  expect(types(events).slice(-3)).toEqual(["output_item.added", "content_part.added", "output_text.delta"]);
  expect(events.at(-1)).toMatchObject({ delta: "hal", output_index: 1 });
  await expect(post(model)).rejects.toThrow("fetch failed");
});

test("silence() sends nothing more until its time ends, the client disconnects, or the model closes", async () => {
  const model = await start([silence({ ms: 50 }), [say("x"), silence({ text: "hal" })], silence()]);
  await expect(post(model)).rejects.toThrow("fetch failed");

  const leave = new AbortController();
  const response = await fetch(`${model.baseUrl}/responses`, {
    method: "POST",
    body: '{"input":[]}',
    signal: leave.signal,
  });
  const { value } = await response.body!.getReader().read();
  expect(new TextDecoder().decode(value)).toContain('"delta":"x"');
  leave.abort();

  const third = post(model).catch((error: unknown) => error);
  await model.waitForRequest(3);
  await model.close();
  expect(String(await third)).toBe("TypeError: fetch failed");
});

test("malformed() is not a stream of events", async () => {
  const model = await start([[say("x"), malformed()], malformed("html"), malformed("empty")]);
  const json = (await (await post(model)).text()).trimEnd().split("\n").at(-1)!.replace("data: ", "");
  expect(() => JSON.parse(json)).toThrow("JSON");
  const html = await post(model);
  expect([html.status, html.headers.get("content-type")]).toEqual([200, "text/html"]);
  const empty = await post(model);
  expect([empty.status, empty.headers.get("content-type"), await empty.text()]).toEqual([200, "text/event-stream", ""]);
});

test("repeat() and times answer several requests of the same thread", async () => {
  const model = await start([fail(500, { times: 2 }), repeat(say("again"), 2), say("last")]);
  const statuses = [(await post(model)).status, (await post(model)).status];
  expect(statuses).toEqual([500, 500]);
  const texts: unknown[] = [];
  for (let i = 0; i < 3; i += 1)
    texts.push((await ask(model)).find(({ type }) => type === "response.output_text.done")?.["text"]);
  expect(texts).toEqual(["again", "again", "last"]);
  model.assertDone();
});

test.each<[string, () => unknown, string]>([
  ["pieces of another text", () => say("abc", { pieces: ["ab"] }), 'the pieces add up to "ab"'],
  ["an invalid count of pieces", () => say("abc", { pieces: 0 }), "The number of pieces must be"],
  ["an invalid status", () => fail(42), "the status must be a whole number from 200 to 599, not 42"],
  ["times of zero", () => fail(500, { times: 0 }), '"times" must be a whole number'],
  ["times that are not a number", () => repeat(say("x"), Number.NaN), '"times" must be a whole number'],
  ["input without a command", () => writeStdin(undefined, "y"), "no command is running"],
  ["a pause that is not a duration", () => pause(-1), "pause() requires a number of milliseconds"],
])("rejects %s where it is written", (_what, make, message) => {
  expect(make).toThrow(message);
});

test.each<[string, unknown, string]>([
  ["a value that is not a list", say("x"), "A script must be a list"],
  ["nothing", undefined, "A script must be a list"],
  ["an empty step", [say("x"), []], "Step 2 of the script is empty"],
  ["an unknown kind", [{ kind: "sing" }], 'Step 1 of the script: its part 1 is {"kind":"sing"}'],
  ["a text", ["Done."], 'Step 1 of the script is "Done."'],
  ["a whole step among parts", [[say("x"), fail(500)]], "cannot be in a list of parts"],
  ["a part after the end", [[cut(), say("x")]], "its part 1 (cut) ends the answer"],
  ["a function among parts", [[() => say("x")]], "must be a complete step"],
])("rejects a script that is or has %s, before anything is served", async (_what, script, message) => {
  await expect(ScriptedModel.start(script as Step[])).rejects.toThrow(message);
});
