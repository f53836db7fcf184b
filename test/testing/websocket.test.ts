// The WebSocket endpoint, used like Codex uses it: a warm-up, then requests with only the new items.
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import {
  cut,
  fail,
  malformed,
  runCommand,
  say,
  ScriptedModel,
  silence,
  type Script,
  type ScriptedModelOptions,
} from "../../src/testing/index.js";
import { requestBody, types, type SentEvent } from "./ask-model.js";

async function connect(script: Script | ScriptedModelOptions): Promise<{ model: ScriptedModel; socket: WebSocket }> {
  const model = await ScriptedModel.start(script);
  onTestFinished(() => model.close());
  const socket = new WebSocket(`${model.baseUrl.replace("http", "ws")}/responses`);
  await once(socket, "open");
  return { model, socket };
}

const ends = new Set(["response.completed", "response.failed", "response.incomplete", "error"]);

/** Sends a request and returns the events up to the end of its response. */
async function ask(socket: WebSocket, body: object = {}): Promise<SentEvent[]> {
  const events: SentEvent[] = [];
  const answered = new Promise<void>((resolve, reject) => {
    socket.on("close", () => reject(new Error("closed")));
    socket.on("message", (data: Buffer) => {
      events.push(JSON.parse(data.toString("utf8")) as SentEvent);
      if (ends.has(events.at(-1)!.type)) resolve();
    });
  });
  socket.send(JSON.stringify({ type: "response.create", ...requestBody({ body }) }));
  await answered.finally(() => socket.removeAllListeners());
  return events;
}

test("a response is a message for each event", async () => {
  const { model, socket } = await connect([say("Hi.")]);
  const events = await ask(socket);
  expect(types(events).slice(-2)).toEqual(["output_item.done", "completed"]);
  expect(model.requests[0]).toMatchObject({
    kind: "websocket",
    method: "GET",
    path: "/v1/responses",
    lastUserText: "hello",
  });
});

test("a warm-up is answered without a step, and later requests build on it", async () => {
  const { model, socket } = await connect([runCommand("ls"), say("Hi."), say("whole again")]);
  const warm = await ask(socket, { generate: false });
  expect(types(warm)).toEqual(["created", "in_progress", "completed"]);
  expect(model.otherRequests).toMatchObject([{ kind: "websocket", body: { generate: false } }]);

  const first = await ask(socket, { previous_response_id: warm.at(-1)?.response?.id, input: [] });
  const output = { type: "function_call_output", call_id: "call_1_0", output: "a.txt" };
  await ask(socket, { previous_response_id: first.at(-1)?.response?.id, input: [output] });
  expect(model.requests[1]).toMatchObject({ lastOutput: "a.txt", lastUserText: "hello" });
  expect(model.requests[1]!.input.map(({ type }) => type)).toEqual([
    "message",
    "function_call",
    "function_call_output",
  ]);

  await ask(socket);
  expect(model.requests[2]!.input).toHaveLength(1);
  model.assertDone();
});

test("a rejection is an error event, and the connection continues", async () => {
  const { socket } = await connect([fail(429, { code: "rate_limit_exceeded", retryAfterSeconds: 3 }), say("Hi.")]);
  expect(await ask(socket)).toMatchObject([
    { type: "error", status: 429, headers: { "retry-after": "3" }, error: { code: "rate_limit_exceeded" } },
  ]);
  expect((await ask(socket)).at(-1)).toMatchObject({ type: "response.completed" });
  expect(await ask(socket)).toMatchObject([
    { type: "error", status: 400, error: { message: expect.stringContaining("no step left") } },
  ]);
});

test.each([
  ["cut()", [say("x"), cut({ text: "hal" })], 1006],
  ["silence() with a time", [silence({ ms: 20 })], 1006],
  ["malformed() without events", [malformed("empty")], 1000],
  ["malformed() with a page", [malformed("html")], 1000],
  ["malformed() with broken JSON", [malformed("json")], 1000],
])("%s ends the connection", async (_name, parts, expected) => {
  const { socket } = await connect([parts]);
  const messages: string[] = [];
  socket.on("message", (data: Buffer) => messages.push(data.toString("utf8")));
  socket.send(JSON.stringify(requestBody()));
  const [code] = (await once(socket, "close")) as [number];
  expect(code).toBe(expected);
  if (expected === 1006) return;
  expect(messages.map((text) => text.startsWith('{"type":"response.c'))).not.toContain(true);
});

test("close() ends waiting connections", async () => {
  const { model, socket } = await connect([silence()]);
  socket.send(JSON.stringify(requestBody()));
  await model.waitForRequest(1);
  const closed = once(socket, "close");
  await model.close();
  expect(await closed).toEqual([1006, expect.anything()]);
});

test("with websockets: false the endpoint is a gateway that supports only HTTP", async () => {
  const model = await ScriptedModel.start({ script: [], websockets: false });
  onTestFinished(() => model.close());
  const socket = new WebSocket(`${model.baseUrl.replace("http", "ws")}/responses`);
  const [error] = (await once(socket, "error")) as [Error];
  expect(error.message).toContain("404");
  expect(model.otherRequests).toMatchObject([{ method: "GET", url: "/v1/responses" }]);
});
