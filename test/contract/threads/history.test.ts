// History: a recorded thread has the same turns as the live ones.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { Codex, tool } from "../../../src/index.js";
import type { ThreadItem } from "../../../src/index.js";
import {
  callMcpTool,
  callTool,
  fail,
  patch,
  perThread,
  plan,
  reason,
  respond,
  runCommand,
  say,
  searchWeb,
  silence,
  viewImage,
} from "../../../src/testing/index.js";
import { codexOn, repository, warmCodex } from "../../support/workspace.js";
import { mcpServerFile } from "../../support/host-program.js";

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** Plans and error items are shown while a turn runs. Codex does not record them. */
function recordable(items: readonly ThreadItem[]): ThreadItem[] {
  return items.filter((item) => item.type !== "todo_list" && item.type !== "error");
}

test("recorded items, usage and answer equal those of the live turn, in another process too", async () => {
  const workingDirectory = repository();
  writeFileSync(path.join(workingDirectory, "pixel.png"), Buffer.from(png, "base64"));
  writeFileSync(path.join(workingDirectory, "old.txt"), "one\ntwo\n");
  const { model, codex } = await warmCodex(
    perThread([
      respond([reason("**Planning** first"), runCommand("printf 'hello\\n'; exit 3", { login: false })], {
        usage: { input: 100, cached: 40, output: 20, reasoning: 7 },
      }),
      patch({ "new.txt": { add: "a\nb\n" }, "old.txt": { update: { from: "two", to: "three" } } }),
      viewImage(path.join(workingDirectory, "pixel.png")),
      plan(["look", { step: "write", status: "completed" }]),
      respond([
        searchWeb("codex sdk"),
        say("On it.", { phase: "commentary" }),
        say("All done.", { phase: "final_answer" }),
      ]),
      say("Second answer"),
    ]),
  );
  const live = new Codex(model.codexOptions());
  const thread = live.startThread(
    model.threadOptions({ workingDirectory, sandboxMode: "workspace-write", planTool: true } as const),
  );
  const first = await thread.run("do it all");
  const second = await thread.run([
    { type: "image", url: `data:image/png;base64,${png}` },
    { type: "local_image", path: path.join(workingDirectory, "pixel.png") },
    { type: "text", text: "and this" },
  ]);
  expect(first.items.map((item) => item.type)).toEqual([
    "reasoning",
    "command_execution",
    "file_change",
    "image_view",
    "web_search",
    "agent_message",
    "agent_message",
    "todo_list",
  ]);

  const history = await thread.history();
  expect(history.map((turn) => turn.id)).toEqual([first.id, second.id]);
  expect(history[0]).toEqual({
    id: first.id,
    status: "completed",
    startedAt: expect.any(Date),
    completedAt: expect.any(Date),
    durationMs: expect.any(Number),
    input: [{ type: "text", text: "do it all" }],
    items: recordable(first.items),
    finalResponse: "All done.",
    usage: first.usage,
    totalUsage: first.totalUsage,
    calls: first.calls.map((call) => ({ ...call, startedAt: null, completedAt: expect.any(Date) })),
    subagents: [],
    error: null,
  });
  expect(first.usage).toMatchObject({ input_tokens: 140, cached_input_tokens: 40 });
  expect(history[1]).toMatchObject({ items: second.items, usage: second.usage, finalResponse: "Second answer" });
  expect(history[1]?.input).toEqual([
    { type: "image", url: `data:image/png;base64,${png}` },
    { type: "local_image", path: path.join(workingDirectory, "pixel.png") },
    { type: "text", text: "and this" },
  ]);
  await live.close();

  const later = await codex.readThread(thread.id ?? "");
  expect(later).toMatchObject({ id: thread.id, preview: "do it all", status: "not_loaded" });
  expect(later.turns).toEqual(history);
});

test("calls of MCP servers and host tools are recorded as the stream showed them", async () => {
  const { model, codex } = await warmCodex(
    perThread([callMcpTool("notes", "echo", { text: "hello" }), callTool("add", { a: 1, b: 2 }), say("3")]),
  );
  const add = tool({
    name: "add",
    description: "Adds two numbers.",
    input: z.object({ a: z.number(), b: z.number() }),
    execute: ({ a, b }) => ({ sum: a + b }),
  });
  const notes = { command: process.execPath, args: [await mcpServerFile("stdio-server")] };
  const thread = codex.startThread(
    model.threadOptions({ workingDirectory: repository(), tools: [add], mcpServers: { notes } }),
  );
  const turn = await thread.run("add");
  expect(turn.items.map((item) => item.type)).toEqual(["mcp_tool_call", "tool_call", "agent_message"]);
  expect((await thread.history())[0]?.items).toEqual(turn.items);
});

test("a thread of codex exec is listed and read like any other", async () => {
  const { model, codex } = await warmCodex([
    runCommand("echo hi", { login: false }),
    say("from exec"),
    say("from app-server"),
  ]);
  const exec = codexOn(model, { transport: "exec" });
  const workingDirectory = repository();
  const written = exec.startThread(model.threadOptions({ workingDirectory }));
  const turn = await written.run("one");
  const listed = await codex.listThreads({ sources: ["exec"] }).toArray();
  expect(listed).toMatchObject([{ id: written.id, source: "exec", preview: "one", cwd: workingDirectory }]);
  const { turns } = await codex.readThread(written.id ?? "");
  expect(turns).toMatchObject([{ status: "completed", finalResponse: "from exec", usage: turn.usage }]);
  expect(turns[0]?.items.map((item) => item.type)).toEqual(turn.items.map((item) => item.type));
  const resumed = await codex.resumeLastThread({ workingDirectory });
  expect(resumed.id).toBe(written.id);
  expect((await resumed.run("two")).finalResponse).toBe("from app-server");
  expect((await resumed.history()).length).toBe(2);
});

test("failed, interrupted and steered turns are recorded as such", async () => {
  const { model, codex } = await warmCodex(
    perThread([
      fail(400, { body: { error: { message: "This model cannot do that." } } }),
      silence({ text: "Half an ans" }),
      [say("thinking about it", { phase: "commentary" }), runCommand("sleep 1", { login: false })],
      say("steered"),
    ]),
  );
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  await expect(thread.run("fails")).rejects.toMatchObject({ code: "bad_request" });
  const stopped = await thread.runStreamed("stops");
  for await (const event of stopped) if (event.type === "item.updated") break;
  const steered = await thread.runStreamed("goes");
  for await (const event of steered) {
    if (event.type === "item.started" && event.item.type === "command_execution") {
      expect(await steered.steer("this way")).toBe(true);
    }
  }

  const [failed, interrupted, completed, ...rest] = await thread.history();
  expect(rest).toEqual([]);
  expect(failed).toMatchObject({
    status: "failed",
    input: [{ type: "text", text: "fails" }],
    items: [],
    finalResponse: "",
    usage: null,
    error: { code: "bad_request", message: expect.stringContaining("This model cannot do that.") },
  });
  expect(interrupted).toMatchObject({ status: "interrupted", input: [{ type: "text", text: "stops" }], error: null });
  expect(completed).toMatchObject({
    status: "completed",
    input: [
      { type: "text", text: "goes" },
      { type: "text", text: "this way" },
    ],
    finalResponse: "steered",
  });
});

test("the history has the current state of a running turn", async () => {
  const { model, codex } = await warmCodex(perThread([say("done"), silence({ text: "Half" })]));
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  await thread.run("one");
  const running = await thread.runStreamed("two");
  for await (const event of running) {
    if (event.type !== "item.updated") continue;
    const history = await thread.history();
    expect(history.map((turn) => turn.status)).toEqual(["completed", "in_progress"]);
    expect(history[1]).toMatchObject({ input: [{ type: "text", text: "two" }], completedAt: null, usage: null });
    break;
  }
});

test("a long history is complete and in order", async () => {
  const { model, codex } = await warmCodex((request) => say(`answer to ${request.lastUserText}`));
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  const prompts = Array.from({ length: 55 }, (_, number) => `prompt ${number}`);
  for (const prompt of prompts) await thread.run(prompt);
  const history = await thread.history();
  expect(history.map((turn) => turn.finalResponse)).toEqual(prompts.map((prompt) => `answer to ${prompt}`));
  expect(history.every((turn) => turn.usage?.input_tokens === 10)).toBe(true);
}, 60_000);

test("what cannot be read is rejected with its reason", async () => {
  const { codex } = await warmCodex([say("hi")]);
  const unknown = "01a20222-4e63-7122-a53d-6a8230e28aaa";
  await expect(codex.readThread("x")).rejects.toMatchObject({ code: "invalid_input" });
  await expect(codex.readThread(unknown)).rejects.toMatchObject({ code: "thread_not_found" });
  await expect(codex.resumeThread(unknown).history()).rejects.toMatchObject({ code: "thread_not_found" });
  await expect(codex.startThread().history()).rejects.toMatchObject({ code: "invalid_input" });
});
