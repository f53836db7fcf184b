// The model itself: which request receives which step, the recorded requests, the problems of a script, and the
// cleanup.
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  callTool,
  fail,
  perThread,
  repeat,
  say,
  ScriptedModel,
  ScriptError,
  type Script,
  type ScriptedModelOptions,
} from "../../src/testing/index.js";
import { runProgram } from "../support/host-program.js";
import { ask, post, type SentEvent } from "./ask-model.js";

async function start(script: Script | ScriptedModelOptions): Promise<ScriptedModel> {
  const model = await ScriptedModel.start(script);
  onTestFinished(() => model.close());
  return model;
}

function textOf(events: SentEvent[]): unknown {
  return events.find(({ type }) => type === "response.output_text.done")?.["text"];
}

test("a list is played in the order in which requests arrive, whoever sends them", async () => {
  const model = await start([say("one"), say("two")]);
  expect(textOf(await ask(model, { threadId: "a" }))).toBe("one");
  expect(textOf(await ask(model, { threadId: "b" }))).toBe("two");
  model.assertDone();
});

test("play() starts again with another script", async () => {
  const model = await start([say("one"), say("never played")]);
  await ask(model);
  const awaited = model.waitForRequest(2);
  model.play([say("two")]);
  await expect(awaited).rejects.toThrow("Another script was started before the awaited request arrived.");
  expect(model.requests).toEqual([]);
  expect(textOf(await ask(model))).toBe("two");
  expect(model.requests.map(({ number }) => number)).toEqual([1]);
  model.assertDone();
  expect(() => model.play({} as Script)).toThrow(ScriptError);
  model.assertDone();
});

test("perThread() plays the list for each thread", async () => {
  const model = await start(perThread([say("one"), say("two")]));
  const texts: unknown[] = [];
  for (const threadId of ["a", "b", "b", "a"]) texts.push(textOf(await ask(model, { threadId })));
  expect(texts).toEqual(["one", "one", "two", "two"]);
  model.assertDone();
  await ask(model, { threadId: "c" });
  expect(() => model.assertDone()).toThrow("Step 2 of 2 was never played on thread c, nor any after it.");
});

test("a function receives the request, may be asynchronous, and can be part of a list", async () => {
  const model = await start(async (request) => {
    await new Promise(setImmediate);
    return say(`${request.number}: ${request.lastUserText}`);
  });
  expect(textOf(await ask(model, { text: "hi" }))).toBe("1: hi");
  expect(textOf(await ask(model, { text: "you" }))).toBe("2: you");

  const mixed = await start([(request) => say(request.lastUserText.toUpperCase()), say("then this")]);
  expect(textOf(await ask(mixed, { text: "hi" }))).toBe("HI");
  expect(textOf(await ask(mixed))).toBe("then this");
});

test("a repeated answer belongs to the thread that received it first", async () => {
  const model = await start([repeat(say("again"), 2), say("other")]);
  const texts: unknown[] = [];
  for (const threadId of ["a", "b", "a"]) texts.push(textOf(await ask(model, { threadId })));
  expect(texts).toEqual(["again", "other", "again"]);
});

test("a script that runs out of steps fails the request immediately with its own error", async () => {
  const model = await start([say("one")]);
  await ask(model);
  const response = await post(model, { text: "and now?" });
  expect(response.status).toBe(400);
  const message = 'Request 2 has no step left in the script (1 step). It came after "and now?".';
  expect(await response.text()).toContain(`ScriptedModel: ${message}`);
  expect(() => model.assertDone()).toThrow(message);
});

test("steps that were never played, and missing repetitions, are reported", async () => {
  const model = await start([say("one"), fail(500, { times: 3 }), say("three"), say("four")]);
  await ask(model);
  await post(model);
  const error = caught(() => model.assertDone());
  expect(error).toBeInstanceOf(ScriptError);
  expect((error as ScriptError).problems).toEqual([
    "Step 3 of 4 was never played, nor any after it.",
    "An answer for 3 requests was sent to 1 of them.",
  ]);
});

test("an answer that repeats endlessly is never reported as missing", async () => {
  const model = await start([repeat(say("x"), Infinity)]);
  for (let i = 0; i < 3; i += 1) await ask(model);
  expect(() => model.assertDone()).not.toThrow();
});

test.each<[string, () => unknown, string]>([
  [
    "throws",
    () => {
      throw new Error("oh");
    },
    "The script threw at request 1: Error: oh",
  ],
  ["returns nothing", () => undefined, "The step for request 1 is undefined"],
  ["returns an invalid value", () => ({ kind: "sing" }), 'The step for request 1: its part 1 is {"kind":"sing"}'],
])("a step function that %s fails the request and the script", async (_what, step, message) => {
  const model = await start([step as never]);
  const response = await post(model);
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(message)]);
  expect(() => model.assertDone()).toThrow(message);
});

test("a request has what Codex sent", async () => {
  const model = await start([say("x")]);
  const metadata = { thread_id: "t-1", turn_id: "u-1", request_kind: "turn", sandbox_mode: "read-only" };
  const message = (role: string, ...texts: string[]) => ({
    type: "message",
    role,
    content: texts.map((text) => ({ type: "input_text", text })),
  });
  await post(model, {
    body: {
      instructions: "Base.",
      client_metadata: { "x-codex-turn-metadata": JSON.stringify(metadata) },
      tools: [{ type: "function", name: "exec_command" }],
      text: { format: { type: "json_schema", name: "out", strict: true, schema: { type: "object" } } },
      input: [
        message("developer", "Develop."),
        message("user", "<environment_context>\n</environment_context>"),
        message("user", "first"),
        { type: "function_call", call_id: "c1", name: "exec_command", arguments: "{}" },
        { type: "function_call_output", call_id: "c1", output: "old output" },
        message("assistant", "done"),
        message("user", "second", "part"),
        { type: "function_call", call_id: "c2", name: "exec_command", arguments: "{}" },
        { type: "custom_tool_call", call_id: "c3", name: "apply_patch", input: "" },
        { type: "function_call_output", call_id: "c2", output: "Process running with session ID 41\nOutput:\n" },
        {
          type: "custom_tool_call_output",
          call_id: "c3",
          output: [
            { type: "input_text", text: "a" },
            { type: "input_text", text: "b" },
          ],
        },
      ],
    },
  });
  const request = model.requests[0]!;
  expect(request).toMatchObject({
    number: 1,
    kind: "http",
    method: "POST",
    path: "/v1/responses",
    model: "gpt-5.5",
    threadId: "t-1",
    turnId: "u-1",
    purpose: "turn",
    instructions: "Base.\n\nDevelop.",
    userTexts: ["first", "second\npart"],
    lastUserText: "second\npart",
    outputSchema: { type: "object" },
    textFormat: { name: "out", strict: true },
    lastOutput: "a\nb",
    runningSessions: [41],
  });
  expect(request.metadata["sandbox_mode"]).toBe("read-only");
  expect(request.tools.map(({ name }) => name)).toEqual(["exec_command"]);
  expect(request.functionOutputs.map(({ callId }) => callId)).toEqual(["c1", "c2", "c3"]);
  expect(request.newOutputs.map(({ callId }) => callId)).toEqual(["c2", "c3"]);
  expect(request.at).toBeInstanceOf(Date);
});

test("a request that is not from Codex is recorded and answered too", async () => {
  const model = await start([say("x"), say("y")]);
  for (const body of ["", "not JSON"])
    await (await fetch(`${model.baseUrl}/responses`, { method: "POST", body })).text();
  expect(model.requests.map(({ body, input, threadId, lastOutput }) => [body, input, threadId, lastOutput])).toEqual([
    [null, [], undefined, ""],
    ["not JSON", [], undefined, ""],
  ]);
});

test("other paths and methods get a 404 and are recorded separately", async () => {
  const model = await start([]);
  expect((await fetch(`${model.baseUrl}/models?client_version=1`)).status).toBe(404);
  expect((await fetch(`${model.baseUrl}/chat/completions`, { method: "POST", body: '{"a":1}' })).status).toBe(404);
  expect(model.otherRequests).toMatchObject([
    { method: "GET", url: "/v1/models?client_version=1", body: null },
    { method: "POST", url: "/v1/chat/completions", body: { a: 1 } },
  ]);
  expect(model.requests).toEqual([]);
  model.assertDone();
});

test("keepRequests keeps the newest requests", async () => {
  const model = await start({ script: () => say("x"), keepRequests: 2 });
  for (const text of ["a", "b", "c"]) await ask(model, { text });
  expect(model.requests.map(({ number, lastUserText }) => [number, lastUserText])).toEqual([
    [2, "b"],
    [3, "c"],
  ]);
});

test("waitForRequest() returns an earlier or a later request", async () => {
  const model = await start(() => say("x"));
  const second = model.waitForRequest(2);
  const asked = model.waitForRequest(({ lastUserText }) => lastUserText === "b");
  await ask(model, { text: "a" });
  expect((await model.waitForRequest(1)).lastUserText).toBe("a");
  await ask(model, { text: "b" });
  expect(await second).toBe(await asked);
});

test("waitForRequest() rejects at its time limit or when the model closes", async () => {
  const model = await start([]);
  await expect(model.waitForRequest(1, { timeoutMs: 20 })).rejects.toThrow(
    "The awaited request did not arrive within 20 ms; there were 0 requests.",
  );
  const waiting = model.waitForRequest(1).catch((error: unknown) => error);
  await model.close();
  expect(String(await waiting)).toContain("The scripted model was closed before");
});

test("options can be passed to a Codex, and can be extended", async () => {
  const model = await start([]);
  expect(model.codexOptions()).toEqual({
    baseUrl: model.baseUrl,
    apiKey: "sk-fake-scripted-model",
    codexHome: model.codexHome,
    websockets: false,
    config: {
      analytics: { enabled: false },
      features: { plugins: false },
      model_providers: { "codex-sdk": { request_max_retries: 0, stream_max_retries: 0 } },
    },
  });
  const { config, websockets } = model.codexOptions({
    retries: 2,
    websockets: true,
    config: { features: { shell_snapshot: false }, model_providers: { "codex-sdk": { stream_idle_timeout_ms: 500 } } },
  });
  expect(websockets).toBe(true);
  expect(config).toMatchObject({
    features: { plugins: false, shell_snapshot: false },
    model_providers: { "codex-sdk": { request_max_retries: 2, stream_max_retries: 2, stream_idle_timeout_ms: 500 } },
  });
  expect(model.threadOptions({ sandboxMode: "read-only" })).toEqual({
    model: "gpt-5.5",
    skipGitRepoCheck: true,
    sandboxMode: "read-only",
  });
});

test("behind a proxy Codex reaches loopback directly", async () => {
  const model = await start([]);
  process.env["HTTPS_PROXY"] = "http://proxy.invalid:3128";
  process.env["NO_PROXY"] = "corp.invalid";
  onTestFinished(() => {
    delete process.env["HTTPS_PROXY"];
    delete process.env["NO_PROXY"];
  });
  const { env } = model.codexOptions();
  expect(env).toMatchObject({ PATH: process.env["PATH"], NO_PROXY: "corp.invalid,127.0.0.1" });
});

test("close() removes the CODEX_HOME that it created, however often it is called", async () => {
  const model = await start([]);
  await writeFile(path.join(model.codexHome, "config.toml"), "");
  await Promise.all([model.close(), model.close()]);
  await model[Symbol.asyncDispose]();
  expect(existsSync(model.codexHome)).toBe(false);
  await expect(fetch(model.baseUrl)).rejects.toThrow("fetch failed");
});

test("a caller's own CODEX_HOME is kept", async () => {
  const codexHome = await mkdtemp(path.join(tmpdir(), "own-home-"));
  onTestFinished(() => rm(codexHome, { recursive: true }));
  const model = await start({ script: [callTool("x")], codexHome });
  expect(model.codexOptions().codexHome).toBe(codexHome);
  await model.close();
  expect(existsSync(codexHome)).toBe(true);
});

test("a model that was not closed does not keep its program alive, and leaves no directory", async () => {
  const { exitCode, output } = await runProgram(`
    import { ScriptedModel, pause, say } from "./src/testing/index.ts";
    const model = await ScriptedModel.start([say("x"), [pause(60_000), say("late")]]);
    await (await fetch(model.baseUrl + "/responses", { method: "POST", body: "{}" })).text();
    console.log(model.codexHome);
  `);
  expect(exitCode).toBe(0);
  expect(output.trim()).toContain("codex-home-");
  expect(existsSync(output.trim())).toBe(false);
});

function caught(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
