// Tools on resumed and forked threads, with the real Codex: from the thread's record, or from the loopback server.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { z } from "zod";
import { Codex, image as toolImage, tool } from "../../../src/index.js";
import type { ThreadOptions } from "../../../src/index.js";
import { callMcpTool, callTool, runCommand, say } from "../../../src/testing/index.js";
import { image, dataUrl } from "../../input/images.js";
import { deferred } from "../../../src/internal/deferred.js";
import { startHost } from "../../support/host-program.js";
import { rolloutFiles } from "../../support/rollouts.js";
import { outputsOf, toolCalls } from "../../support/tool-calls.js";
import { codexOn, scriptedModel, warmCodex } from "../../support/workspace.js";

const add = tool({
  name: "add",
  description: "Adds two numbers.",
  input: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => `sum ${a + b}`,
});
const multiply = tool({
  name: "multiply",
  description: "Multiplies two numbers.",
  input: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }, { threadId, turnId, callId }) => ({ product: a * b, threadId, turnId, callId }),
});
const numbers = { a: 3, b: 4 };
const server = "host_tools";

test("a thread that is resumed in a new process has the tools that it was started with, under their original names", async () => {
  const model = await scriptedModel([say("begun"), callTool("add", numbers), say("seven")]);
  const first = new Codex(model.codexOptions());
  const thread = first.startThread(model.threadOptions({ tools: [add] }));
  await thread.run("Begin.");
  await first.close();
  const turn = await codexOn(model)
    .resumeThread(thread.id ?? "", { tools: [add] })
    .run("Add.");
  expect(outputsOf(model, 3)).toEqual(["sum 7"]);
  expect(toolCalls(turn.items)).toMatchObject([{ tool: "add", status: "completed" }]);
  // No tool is offered twice.
  expect(JSON.stringify(model.requests[1]?.body)).not.toContain(server);
});

test("a thread that was started without tools gets them when it is resumed, in this process and in another", async () => {
  const model = await scriptedModel([
    say("begun"),
    callMcpTool(server, "multiply", numbers, { callId: "call-1" }),
    say("twelve"),
    callMcpTool(server, "multiply", numbers),
    say("twelve again"),
  ]);
  const codex = new Codex(model.codexOptions());
  const thread = codex.startThread(model.threadOptions());
  await thread.run("Begin.");
  const options: ThreadOptions = { tools: [multiply] };
  const turn = await codex.resumeThread(thread.id ?? "", options).run("Multiply.");
  const context = { threadId: thread.id, turnId: turn.id, callId: "call-1" };
  expect(toolCalls(turn.items)).toEqual([
    {
      id: "call-1",
      type: "tool_call",
      tool: "multiply",
      arguments: numbers,
      result: [{ type: "text", text: JSON.stringify({ product: 12, ...context }) }],
      status: "completed",
      duration_ms: expect.any(Number),
    },
  ]);
  expect(outputsOf(model, 3)[0]).toContain('{"product":12');
  await codex.close();

  await codexOn(model)
    .resumeThread(thread.id ?? "", options)
    .run("Again.");
  expect(outputsOf(model, 5)[0]).toContain('{"product":12');
});

test("a resume calls recorded tools directly and additional tools over MCP", async () => {
  const { model, codex } = await warmCodex([
    say("begun"),
    [callTool("add", numbers), callMcpTool(server, "multiply", numbers)],
    say("both"),
  ]);
  const thread = codex.startThread(model.threadOptions({ tools: [add] }));
  await thread.run("Begin.");
  const turn = await codex.resumeThread(thread.id ?? "", { tools: [add, multiply] }).run("Both.");
  expect(toolCalls(turn.items).map(({ tool: name, status }) => [name, status])).toEqual([
    ["add", "completed"],
    ["multiply", "completed"],
  ]);
});

test("calls of a tool that is not passed to the resume fail", async () => {
  const { model, codex } = await warmCodex([say("begun"), callTool("add", numbers), say("gone")]);
  const thread = codex.startThread(model.threadOptions({ tools: [add] }));
  await thread.run("Begin.");
  const turn = await codex.resumeThread(thread.id ?? "", {}).run("Add.");
  expect(outputsOf(model, 3)).toEqual(['The tool "add" is no longer available in the host.']);
  expect(toolCalls(turn.items)).toMatchObject([{ tool: "add", status: "failed" }]);
});

test("a tool whose input has changed since is offered in its current form", async () => {
  const { model, codex } = await warmCodex([say("begun"), callMcpTool(server, "add", { list: [1, 2] }), say("three")]);
  const thread = codex.startThread(model.threadOptions({ tools: [add] }));
  await thread.run("Begin.");
  const addAll = tool({
    name: "add",
    description: "Adds numbers.",
    input: z.object({ list: z.array(z.number()) }),
    execute: ({ list }) => list.length,
  });
  await codex.resumeThread(thread.id ?? "", { tools: [addAll] }).run("Add.");
  expect(outputsOf(model, 3)[0]).toContain("2");
});

test("a fork has the tools of its thread, and additional tools if they are passed", async () => {
  const { model, codex } = await warmCodex([
    say("begun"),
    callMcpTool(server, "add", numbers),
    say("seven"),
    callMcpTool(server, "multiply", numbers),
    say("twelve"),
    callTool("add", numbers),
    say("still there"),
  ]);
  const thread = codex.startThread(model.threadOptions({ tools: [add] }));
  await thread.run("Begin.");
  const same = await thread.fork();
  expect(toolCalls((await same.run("Add.")).items)).toMatchObject([{ tool: "add", status: "completed" }]);
  const other = await thread.fork({ tools: [multiply] });
  expect(toolCalls((await other.run("Multiply.")).items)).toMatchObject([{ tool: "multiply", status: "completed" }]);
  await thread.run("And here?");
  expect(outputsOf(model, 7)).toEqual(["sum 7"]);
});

test("over MCP too, failures are reported, images are shown, arguments are validated, and calls run concurrently", async () => {
  const arrived: (() => void)[] = [];
  const tools = [
    add,
    tool({
      name: "picture",
      description: "Shows.",
      execute: () => [{ type: "text", text: "see" }, toolImage({ data: image("image/png"), mediaType: "image/png" })],
    }),
    tool({
      name: "fails",
      description: "Fails.",
      execute: () => {
        throw new Error("no luck");
      },
    }),
    tool({
      name: "meet",
      description: "Waits for the other one.",
      execute: () =>
        new Promise((resolve) => {
          arrived.push(() => resolve("met"));
          if (arrived.length === 2) for (const release of arrived) release();
        }),
    }),
  ];
  const call = (name: string, args = {}) => callMcpTool(server, name, args);
  const { model, codex } = await warmCodex([
    say("begun"),
    [call("picture"), call("fails"), call("add", { a: "x" }), call("meet"), call("meet")],
    say("ok"),
  ]);
  const thread = codex.startThread(model.threadOptions());
  await thread.run("Begin.");
  const turn = await codex.resumeThread(thread.id ?? "", { tools }).run("All.");
  const calls = new Map(toolCalls(turn.items).map((item) => [item.tool, item]));
  expect(calls.get("picture")?.result).toEqual([
    { type: "text", text: "see" },
    { type: "image", url: dataUrl("image/png") },
  ]);
  expect(calls.get("fails")).toMatchObject({
    status: "failed",
    result: [{ type: "text", text: 'The tool "fails" failed: no luck' }],
  });
  expect(calls.get("add")).toMatchObject({ status: "failed" });
  expect(calls.get("meet")).toMatchObject({ status: "completed", result: [{ type: "text", text: "met" }] });
  const [shown, failed, unfit] = model.requests[2]?.newOutputs ?? [];
  expect(shown?.output).toContainEqual(
    expect.objectContaining({ type: "input_image", image_url: dataUrl("image/png") }),
  );
  expect(failed?.text).toContain('The tool "fails" failed: no luck');
  expect(unfit?.text).toContain("$.a");
});

test("over MCP too, a tool that hangs ends with its turn", async () => {
  const began = deferred<AbortSignal>();
  const hang = tool({
    name: "hang",
    description: "Never returns.",
    execute: (_, { signal }) => {
      began.resolve(signal);
      return new Promise(() => undefined);
    },
  });
  const { model, codex } = await warmCodex([say("begun"), callMcpTool(server, "hang"), say("next")]);
  const thread = codex.startThread(model.threadOptions());
  await thread.run("Begin.");
  const resumed = codex.resumeThread(thread.id ?? "", { tools: [hang] });
  const streamed = await resumed.runStreamed("Hang.");
  const events = streamed[Symbol.asyncIterator]();
  // The call may reach the tool before Codex reports it.
  while ((await events.next()).value?.type !== "item.started");
  const signal = await began.promise;
  await streamed.interrupt();
  expect(signal.aborted).toBe(true);
  await expect(streamed.completed()).rejects.toMatchObject({
    code: "interrupted",
    turn: { items: [{ type: "tool_call", tool: "hang", status: "in_progress" }] },
  });
  expect((await resumed.run("Go on.")).finalResponse).toBe("next");
});

test("the server's token is neither on disk nor in the environment of commands, and access without it is rejected", async () => {
  const model = await scriptedModel([
    say("begun"),
    [callMcpTool(server, "where"), runCommand("env", { login: false })],
    say("ok"),
  ]);
  const where = tool({ name: "where", description: "Says nothing.", execute: () => undefined });
  const codex = codexOn(model);
  const thread = codex.startThread(model.threadOptions());
  await thread.run("Begin.");
  const opened: Opened[] = [];
  const stop = watchLoopback(opened);
  await codex.resumeThread(thread.id ?? "", { tools: [where] }).run("Where?");
  stop();
  const token = /^Bearer (.{43})$/.exec(opened[0]?.authorization ?? "")?.[1];
  if (token === undefined || opened[0] === undefined) throw new Error("The server was not asked.");
  for (const file of rolloutFiles(model.codexHome)) expect(readFileSync(file, "utf8")).not.toContain(token);
  expect(JSON.stringify(model.requests.map(({ body }) => body))).not.toContain(token);
  for (const headers of [{}, { authorization: `Bearer ${"x".repeat(43)}` }]) {
    expect((await fetch(opened[0].url, { method: "POST", headers, body: "{}" })).status).toBe(401);
  }
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(new URL("/", opened[0].url), { method: "POST", headers, body: "{}" })).status).toBe(404);
  expect((await fetch(opened[0].url, { headers })).status).toBe(405);
  await codex.close();
  await expect(fetch(opened[0].url, { method: "POST", headers, body: "{}" })).rejects.toThrow();
});

test("a proxy is not used for the tools of this process", async () => {
  const model = await scriptedModel([say("begun"), callMcpTool(server, "add", numbers), say("seven")]);
  const nobody = "http://127.0.0.1:9";
  const env = { ...hostEnvironment(), HTTP_PROXY: nobody, http_proxy: nobody, ALL_PROXY: nobody };
  const codex = codexOn(model, { env });
  const thread = codex.startThread(model.threadOptions());
  await thread.run("Begin.");
  await codex.resumeThread(thread.id ?? "", { tools: [add] }).run("Add.");
  expect(outputsOf(model, 3)[0]).toContain("sum 7");
});

test("a program whose resumed thread has tools exits on its own, and leaves nothing behind", async () => {
  const model = await scriptedModel([say("begun"), callMcpTool(server, "add", numbers), say("seven")]);
  const codex = codexOn(model);
  const thread = codex.startThread(model.threadOptions());
  await thread.run("Begin.");
  await codex.close();
  const host = await startHost(`
    import { tool } from "./src/index.ts";
    const add = tool({ name: "add", description: "Adds.", input: { type: "object" }, execute: ({ a, b }) => a + b });
    const codex = new Codex(${JSON.stringify(model.codexOptions())});
    const thread = codex.resumeThread(${JSON.stringify(thread.id)}, { tools: [add], skipGitRepoCheck: true });
    const turn = await thread.run("Add.");
    console.log(JSON.stringify(turn.items[0].result));
  `);
  const { exitCode, output } = await host.ended;
  expect(output.trim()).toBe('[{"type":"text","text":"7"}]');
  expect(exitCode).toBe(0);
});

function hostEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

interface Opened {
  url: string;
  authorization: string | undefined;
}

/** Collects the requests to the tool server of this process. Returns a function that stops it. */
function watchLoopback(opened: Opened[]): () => void {
  const hear = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    if (!/^\/[0-9a-f]{32}$/.test(request.url ?? "")) return;
    const { host, authorization } = request.headers;
    opened.push({ url: `http://${host}${request.url}`, authorization });
  };
  subscribe("http.server.request.start", hear);
  return () => unsubscribe("http.server.request.start", hear);
}
