// The scripted model with the real Codex: every step does what its name states, over SSE and over WebSocket.
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ThreadItem } from "../../../src/index.js";
import {
  callMcpTool,
  compaction,
  cut,
  fail,
  failResponse,
  incomplete,
  malformed,
  patch,
  pause,
  perThread,
  plan,
  reason,
  respond,
  runCommand,
  say,
  searchWeb,
  silence,
  together,
  viewImage,
  writeStdin,
  type Step,
} from "../../../src/testing/index.js";
import { codexOn, repository, scriptedModel, warmCodex } from "../../support/workspace.js";
import { mcpServerFile } from "../../support/host-program.js";

const bothWays = [{ websockets: false }, { websockets: true }];

test.each(bothWays)("every step works with Codex ($websockets)", async ({ websockets }) => {
  const model = await scriptedModel([
    [reason("I look first.", { pieces: 2 }), say("I will look.", { phase: "commentary" }), plan(["look", "fix"])],
    together(runCommand("echo one"), runCommand("echo two >&2; exit 3", { login: false })),
    patch({ "a.txt": { add: "1\n2\n3\n" }, "gone.txt": { add: "" } }),
    patch({
      "a.txt": {
        update: [
          { from: "1", to: "one" },
          { from: "3", to: "three\nfour" },
          { from: "", to: "end" },
        ],
        moveTo: "b/c.txt",
      },
      "gone.txt": { delete: true },
    }),
    runCommand("read answer; echo got $answer", { tty: true, yieldTimeMs: 250 }),
    (request) => writeStdin(request.runningSessions[0], "yes\n", { yieldTimeMs: 10_000 }),
    together(searchWeb("weather"), viewImage("missing.png")),
    respond([pause(10), say("Done.", { pieces: 3, pauseMs: 5, phase: "final_answer" })], {
      usage: { cached: 4, reasoning: 2 },
    }),
  ]);
  const cwd = repository();
  const thread = codexOn(model, model.codexOptions({ websockets })).startThread({
    ...model.threadOptions(),
    workingDirectory: cwd,
    sandboxMode: "workspace-write",
    planTool: true,
    webSearchMode: "live",
  });
  const turn = await thread.run("Fix it.");

  model.assertDone();
  expect(turn.finalResponse).toBe("Done.");
  expect(turn.usage).toMatchObject({
    input_tokens: 80,
    cached_input_tokens: 4,
    output_tokens: 40,
    reasoning_output_tokens: 2,
  });
  expect(turn.items.map(sketch).toSorted()).toEqual([
    "agent_message Done.",
    "agent_message I will look.",
    "command_execution 0",
    "command_execution 0",
    "command_execution 3",
    "file_change add, add",
    "file_change delete, update",
    "reasoning I look first.",
    "todo_list look, fix",
    "web_search weather",
  ]);
  expect(readdirSync(cwd).toSorted()).toEqual([".git", "b"]);
  expect(readFileSync(path.join(cwd, "b/c.txt"), "utf8")).toBe("one\n2\nthree\nfour\nend\n");

  expect(model.requests.map(({ kind }) => kind)).toEqual(model.requests.map(() => (websockets ? "websocket" : "http")));
  expect(model.requests.map(({ lastUserText, threadId }) => [lastUserText, threadId])).toEqual(
    model.requests.map(() => ["Fix it.", thread.id]),
  );
  expect(model.requests.map(({ newOutputs }) => newOutputs.length)).toEqual([0, 1, 2, 1, 1, 1, 1, 1]);
  const last = model.requests.at(-1);
  expect(last).toMatchObject({ turnId: turn.id, purpose: "turn", model: "gpt-5.5" });
  expect(last?.functionOutputs).toHaveLength(8);
  expect(last?.instructions).toContain("You are Codex");
  expect(last?.tools.map(({ name }) => name)).toContain("exec_command");
});

function sketch(item: ThreadItem): string {
  switch (item.type) {
    case "reasoning":
    case "agent_message":
      return `${item.type} ${item.text}`;
    case "todo_list":
      return `${item.type} ${item.items.map(({ text }) => text).join(", ")}`;
    case "command_execution":
      return `${item.type} ${item.exit_code}`;
    case "file_change":
      return `${item.type} ${item.changes
        .map(({ kind }) => kind)
        .toSorted()
        .join(", ")}`;
    case "web_search":
      return `${item.type} ${item.query}`;
    default:
      return item.type;
  }
}

// docs/testing.md shows this table to users.
const faults: [string, Step, string][] = [
  ["fail(401)", fail(401), "unauthorized"],
  ["fail(403)", fail(403), "unauthorized"],
  ["fail(400)", fail(400, { message: "No." }), "bad_request"],
  ["fail(404, model_not_found)", fail(404, { code: "model_not_found" }), "model_not_found"],
  ["fail(429)", fail(429, { retryAfterSeconds: 60 }), "rate_limit"],
  [
    "fail(429, usage_limit_reached)",
    fail(429, { type: "usage_limit_reached", fields: { resets_at: 1893456000 } }),
    "usage_limit",
  ],
  ["fail(429, insufficient_quota)", fail(429, { code: "insufficient_quota" }), "usage_limit"],
  ["fail(500)", fail(500), "overloaded"],
  ["fail(503, server_is_overloaded)", fail(503, { code: "server_is_overloaded" }), "overloaded"],
  ["fail(400, context_length_exceeded)", fail(400, { code: "context_length_exceeded" }), "context_window_exceeded"],
  ["fail(400, cyber_policy)", fail(400, { code: "cyber_policy" }), "policy"],
  [
    "failResponse(context_length_exceeded)",
    failResponse({ code: "context_length_exceeded" }),
    "context_window_exceeded",
  ],
  ["failResponse(rate_limit_exceeded)", failResponse({ code: "rate_limit_exceeded" }), "rate_limit"],
  ["failResponse(insufficient_quota)", failResponse({ code: "insufficient_quota" }), "usage_limit"],
  ["failResponse(server_is_overloaded)", failResponse({ code: "server_is_overloaded" }), "overloaded"],
  ["failResponse(model_not_found)", failResponse({ code: "model_not_found" }), "model_not_found"],
  ["failResponse(cyber_policy)", failResponse({ code: "cyber_policy" }), "policy"],
  ["cut()", cut(), "stream_disconnected"],
  ["cut() in a text", [reason("Hm."), cut({ text: "Half an ans" })], "stream_disconnected"],
  ["silence() with a time", silence({ ms: 50 }), "stream_disconnected"],
  ["malformed()", malformed(), "stream_disconnected"],
  ["malformed(html)", malformed("html"), "stream_disconnected"],
  ["malformed(empty)", malformed("empty"), "stream_disconnected"],
  ["incomplete()", [say("Half"), incomplete()], "turn_failed"],
  ["incomplete(content_filter)", incomplete("content_filter"), "policy"],
];

test("each fault ends the turn with its error, after one request", async () => {
  const byName = new Map(faults.map(([name, step]) => [name, step]));
  const { model, codex } = await warmCodex(({ lastUserText }) => byName.get(lastUserText) ?? say("Which?"));
  const seen: unknown[] = [];
  for (const [name] of faults) {
    const before = model.requests.length;
    const error: unknown = await codex
      .startThread(model.threadOptions())
      .run(name)
      .then(
        () => "no error",
        (error: unknown) => error,
      );
    const { code } = error as { code?: string };
    seen.push([name, code, model.requests.length - before]);
  }
  expect(seen).toEqual(faults.map(([name, , code]) => [name, code, 1]));
}, 60_000);

test("with retries Codex repeats the request, and repeated faults apply to every attempt", async () => {
  const model = await scriptedModel([
    fail(500, { times: 2 }),
    respond(cut({ text: "Half" }), { times: 1 }),
    say("At last."),
  ]);
  const thread = codexOn(model, model.codexOptions({ retries: 2 })).startThread(model.threadOptions());
  expect((await thread.run("Go.")).finalResponse).toBe("At last.");
  expect(model.requests).toHaveLength(4);
  model.assertDone();
});

test("over WebSocket a broken stream is retried once over HTTP", async () => {
  const model = await scriptedModel([cut(), say("At last.")]);
  const thread = codexOn(model, model.codexOptions({ websockets: true })).startThread(model.threadOptions());
  expect((await thread.run("Go.")).finalResponse).toBe("At last.");
  expect(model.requests.map(({ kind }) => kind)).toEqual(["websocket", "http"]);
});

test("callMcpTool() reaches a server by its own name", async () => {
  const model = await scriptedModel([callMcpTool("my-notes", "echo", { text: "hi" }), say("Noted.")]);
  const args = [await mcpServerFile("echo-server")];
  // Without `required`, the turn starts before a slow server is ready.
  const server = { command: process.execPath, args, required: true };
  const codex = codexOn(model, model.codexOptions({ config: { mcp_servers: { "my-notes": server } } }));
  const thread = codex.startThread(model.threadOptions());
  const { items } = await thread.run("Note it.");
  expect(items[0]).toMatchObject({ type: "mcp_tool_call", server: "my-notes", tool: "echo", status: "completed" });
  expect(model.requests[1]?.lastOutput).toContain("echo: hi");
});

test("a usage that fills the context makes Codex compact, and compaction() answers the compaction request", async () => {
  const big = respond(runCommand("echo hi", { login: false }), { usage: { input: 200_000 } });
  const model = await scriptedModel([big, compaction(), say("Smaller.")]);
  const config = { model_auto_compact_token_limit: 1_000 };
  const options = { ...model.codexOptions({ config }), openAiExtensions: true };
  const turn = await codexOn(model, options).startThread(model.threadOptions()).run("Go.");
  expect(turn.finalResponse).toBe("Smaller.");
  expect(model.requests.map(({ purpose }) => purpose)).toEqual(["turn", "compaction", "turn"]);
  expect(model.requests[2]?.input.map(({ type }) => type)).toContain("compaction");
});

test("with many concurrent threads, each plays the list on its own", async () => {
  const { model, codex } = await warmCodex(
    perThread([runCommand("echo hi", { login: false }), ({ lastUserText }) => say(`${lastUserText}!`)]),
  );
  const words = ["one", "two", "three", "four"];
  const turns = await Promise.all(words.map((word) => codex.startThread(model.threadOptions()).run(word)));
  expect(turns.map(({ finalResponse }) => finalResponse)).toEqual(["one!", "two!", "three!", "four!"]);
  model.assertDone();
});

test("a turn that needs more steps than the script has fails immediately with the script's message", async () => {
  const { model, codex } = await warmCodex([runCommand("true", { login: false })]);
  const thread = codex.startThread(model.threadOptions());
  await expect(thread.run("Go.")).rejects.toThrow("ScriptedModel: Request 2 has no step left in the script (1 step).");
});

test("silence() hangs until the turn is cancelled, and Codex closes the request", async () => {
  const { model, codex } = await warmCodex([silence({ text: "Half an" }), say("Next.")]);
  const thread = codex.startThread(model.threadOptions());
  const giveUp = new AbortController();
  const turn = thread.run("Go.", { signal: giveUp.signal }).catch((error: unknown) => error);
  await model.waitForRequest(1);
  giveUp.abort();
  expect(await turn).toMatchObject({ code: "interrupted" });
  expect((await thread.run("Again.")).finalResponse).toBe("Next.");
});

test("Codex contacts only the model", async () => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  proxy.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY"]) process.env[name] = url;
  onTestFinished(() => {
    for (const name of ["HTTP_PROXY", "HTTPS_PROXY"]) delete process.env[name];
    proxy.close();
  });
  const model = await scriptedModel([say("Hi.")]);
  const codex = codexOn(model);
  await codex.startThread(model.threadOptions()).run("Hello.");
  await codex.close();
  expect(asked).toEqual([]);
});
