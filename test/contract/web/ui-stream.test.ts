// A turn of the real Codex as the AI SDK's UI message stream.
import { beforeAll, afterAll, expect, test, vi } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Codex, tool } from "../../../src/index.js";
import { toUIMessageStream, toUIMessageStreamResponse } from "../../../src/ui/index.js";
import {
  callTool,
  fail,
  patch,
  plan,
  reason,
  runCommand,
  say,
  ScriptedModel,
  silence,
} from "../../../src/testing/index.js";
import type { Step } from "../../../src/testing/index.js";
import { all, eventsOf, expectValidChunks, expectValidMessage } from "../../ui/ui-chunks.js";

let model: ScriptedModel;
let codex: Codex;
let directory: string;
const steps: Step[] = [];

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "codex-sdk-ui-"));
  model = await ScriptedModel.start(() => steps.shift() ?? say("Nothing is left to say."));
  codex = new Codex(model.codexOptions());
});
afterAll(async () => {
  await codex.close();
  await model.close();
  rmSync(directory, { recursive: true, force: true });
});

function thread() {
  const weather = tool({ name: "weather", description: "The weather.", execute: () => "Sunny." });
  const options = { workingDirectory: directory, sandboxMode: "workspace-write" as const, planTool: true };
  return codex.startThread({ ...model.threadOptions(options), tools: [weather] });
}

test("text, reasoning, a command, a patch, a host tool, a plan, a diff and metadata become one valid message", async () => {
  steps.push(
    [
      reason("I look."),
      plan([{ step: "look", status: "completed" }, "fix"]),
      runCommand("sleep 0.2; echo one; sleep 0.2; echo two", { login: false }),
    ],
    patch({ "note.txt": { add: "hello\n" } }),
    callTool("weather"),
    say("All done.", { pieces: ["All ", "done."], phase: "final_answer" }),
  );
  const turn = await thread().runStreamed("Do it.");
  const chunks = await all(toUIMessageStream(turn, { messageId: "m1" }));
  const message = await expectValidMessage(chunks);
  const { threadId, usage } = await turn.completed();
  expect(message.id).toBe("m1");
  expect(message.metadata).toMatchObject({ threadId, usage, turnId: expect.any(String) });
  const flags = { type: "dynamic-tool", providerExecuted: true, state: "output-available" };
  expect(message.parts).toMatchObject([
    { type: "step-start" },
    { type: "reasoning", text: "I look.", state: "done" },
    {
      type: "data-plan",
      data: {
        steps: [
          { text: "look", completed: true },
          { text: "fix", completed: false },
        ],
      },
    },
    { ...flags, toolName: "codex.command", output: { output: "one\ntwo\n", exitCode: 0 } },
    { ...flags, toolName: "codex.patch", output: { status: "completed" } },
    { type: "data-diff", data: { diff: expect.stringContaining("+hello") } },
    { ...flags, toolName: "weather", output: [{ type: "text", text: "Sunny." }] },
    { type: "text", text: "All done.", state: "done" },
  ]);
  const deltas = chunks.flatMap((chunk) => (chunk.type === "text-delta" ? [chunk.delta] : []));
  expect(deltas.join("")).toBe("All done.");
  const outputs = chunks.filter((chunk) => chunk.type === "tool-output-available" && chunk.preliminary);
  expect(outputs[0]).toMatchObject({ output: { output: "one\n", exitCode: null } });
  expect(chunks.at(0)).toEqual({ type: "start", messageId: "m1" });
  expect(chunks.at(-1)).toMatchObject({ type: "finish", finishReason: "stop" });
});

test("the response has the protocol's headers and frames, and ends with [DONE]", async () => {
  steps.push(say("Hello."));
  const response = toUIMessageStreamResponse(await thread().runStreamed("Hi."), { headers: { "x-own": "1" } });
  expect(Object.fromEntries(response.headers)).toEqual({
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    connection: "keep-alive",
    "x-accel-buffering": "no",
    "x-vercel-ai-ui-message-stream": "v1",
    "x-own": "1",
  });
  const events = eventsOf(await response.text());
  expect(events.pop()).toBe("[DONE]");
  await expectValidChunks(events.map((event) => JSON.parse(event)));
});

test("a failed turn is an error for end users, without the server's details", async () => {
  steps.push(fail(429, { message: "Rate limit of org-secret-42" }));
  const onError = vi.fn<(error: Error) => never>(() => {
    throw new Error("A report that fails does not change the stream.");
  });
  const chunks = await all(toUIMessageStream(await thread().runStreamed("Hi."), { onError }));
  await expectValidChunks(chunks);
  expect(chunks.filter(({ type }) => type === "error")).toEqual([
    { type: "error", errorText: "The model receives too many requests at the moment. Try again in a moment." },
  ]);
  expect(JSON.stringify(chunks)).not.toContain("org-secret-42");
  // The host gets the cause.
  expect(onError).toHaveBeenCalledOnce();
  expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: "rate_limit", httpStatus: 429 });
});

test("an aborted turn ends with abort, and open parts are closed", async () => {
  steps.push(runCommand("sleep 0.2; echo started; sleep 60", { login: false }));
  const turn = await thread().runStreamed("Wait.");
  const chunks = [];
  for await (const chunk of toUIMessageStream(turn)) {
    chunks.push(chunk);
    if (chunk.type === "tool-output-available") void turn.interrupt();
  }
  const message = await expectValidMessage(chunks);
  expect(chunks.at(-1)).toEqual({ type: "abort" });
  expect(message.parts.at(-1)).toMatchObject({ state: "output-available", preliminary: undefined });
});

test("cancelling the stream interrupts the turn", async () => {
  steps.push(silence());
  const turn = await thread().runStreamed("Wait.");
  const response = toUIMessageStreamResponse(turn);
  const reader = response.body!.getReader();
  await reader.read();
  await reader.cancel();
  await expect(turn.completed()).rejects.toMatchObject({ code: "interrupted" });
});
