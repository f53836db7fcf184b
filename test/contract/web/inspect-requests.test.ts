// Answers of users on the page of the inspector, and what the page shows beside the timeline, with the real Codex.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { priceTable } from "../../../src/cost/index.js";
import { Codex } from "../../../src/index.js";
import type { ThreadOptions } from "../../../src/index.js";
import { inspect } from "../../../src/inspect/index.js";
import type { Inspector } from "../../../src/inspect/index.js";
import type { LimitsView, OpenRequest, ProtocolView, ThreadView } from "../../../src/inspect/api.js";
import {
  askUser,
  callMcpTool,
  callTool,
  runCommand,
  say,
  ScriptedModel,
  respond,
  silence,
} from "../../../src/testing/index.js";
import type { ModelRequest, Step } from "../../../src/testing/index.js";
import { errorOf, InspectorClient } from "../../inspect/inspector-client.js";
import { temporaryDirectory } from "../../support/workspace.js";
import { mcpServerFile } from "../../support/host-program.js";

let model: ScriptedModel;
let codex: Codex;
let inspector: Inspector;
let page: InspectorClient;
let steps: (Step | ((request: ModelRequest) => Step))[] = [];

beforeAll(async () => {
  model = await ScriptedModel.start((request) => {
    const step = steps.shift() ?? say("Nothing is left to say.");
    return typeof step === "function" ? step(request) : step;
  });
  codex = new Codex(model.codexOptions());
  const prices = priceTable({ "gpt-5.5": { input: 1, output: 10 } });
  inspector = await inspect(codex, { control: true, threadOptions: model.threadOptions(), prices });
  page = await InspectorClient.open(inspector);
});
beforeEach(() => {
  steps = [];
});
afterAll(async () => {
  await inspector.close();
  await codex.close();
  await model.close();
});

function newThread(options: ThreadOptions = {}) {
  const workingDirectory = temporaryDirectory();
  const own = model.threadOptions({ workingDirectory, sandboxMode: "workspace-write" as const });
  return codex.startThread({ ...own, approvalPolicy: "on-request", ...inspector.handlers, ...options });
}

/** The next request of one kind to the page. */
async function asked<Kind extends OpenRequest["kind"]>(cursor: string, kind: Kind) {
  const { events, cursor: next } = await page.eventsUntil(
    cursor,
    (event) => event.type === "request" && event.request.kind === kind,
  );
  const last = events.at(-1);
  // `eventsUntil` ends with such an event.
  const open = (last?.type === "request" ? last.request : undefined) as Extract<OpenRequest, { kind: Kind }>;
  return { open, cursor: next };
}

const answer = (open: OpenRequest, body: object) => page.write(`/requests/${open.id}`, body);
const cursorNow = async (): Promise<string> => (await page.read("/state")).cursor;

test("a user declines a command with a reason, which the agent reads", async () => {
  steps = [runCommand("touch /x", { escalate: "May I?", login: false }), say("Then not.")];
  const cursor = await cursorNow();
  const turn = newThread().run("Do it.");
  const { open } = await asked(cursor, "approval");
  expect(open).toMatchObject({ request: { type: "command" }, answers: expect.arrayContaining(["approve", "decline"]) });
  expect((await answer(open, { decision: "decline", reason: "Not in the root." })).status).toBe(200);
  const { items, finalResponse } = await turn;
  expect(finalResponse).toBe("Then not.");
  expect(items).toMatchObject([{ type: "command_execution", status: "declined" }, { type: "agent_message" }]);
  expect(JSON.stringify(model.requests.at(-1)?.body)).toContain("Not in the root.");
});

test("a user answers the agent's questions, once and in their format", async () => {
  const options = [
    { label: "Red", description: "Warm" },
    { label: "Blue", description: "Cold" },
  ];
  const colour = { id: "colour", header: "Colour", question: "Which?", options };
  steps = [askUser([colour, { ...colour, id: "other" }]), say("Blue it is.")];
  const cursor = await cursorNow();
  const turn = newThread().run("Paint.");
  const { open } = await asked(cursor, "questions");
  expect(open.request.questions).toMatchObject([{ id: "colour", options }, { id: "other" }]);
  for (const body of [
    {},
    { answers: [] },
    { answers: { none: "x" } },
    { answers: { colour: 1 } },
    { answers: { __proto__: null, constructor: "x" } },
  ]) {
    expect(await errorOf(await answer(open, body))).toEqual([400, "invalid_body"]);
  }
  expect((await answer(open, { answers: { colour: "Blue" } })).status).toBe(200);
  expect(await errorOf(await answer(open, { answers: {} }))).toEqual([409, "already_answered"]);
  expect((await turn).finalResponse).toBe("Blue it is.");
  expect(JSON.parse(model.requests.at(-1)?.lastOutput ?? "")).toEqual({ answers: { colour: { answers: ["Blue"] } } });
});

test("a user fills in the form of an MCP server, and declines its page", async () => {
  const fixture = await mcpServerFile("stdio-server");
  steps = [callMcpTool("notes", "ask_name"), callMcpTool("notes", "ask_login"), say("Done.")];
  const cursor = await cursorNow();
  const turn = newThread({ mcpServers: { notes: { command: process.execPath, args: [fixture] } } }).run("Ask.");
  const form = await asked(cursor, "elicitation");
  expect(form.open.request).toMatchObject({ mode: "form", server: "notes", message: "Who are you?" });
  for (const [body, code] of [
    [{}, "invalid_body"],
    [{ action: "constructor" }, "decision_not_possible"],
    [{ action: "accept", content: "x" }, "invalid_body"],
  ] as const) {
    expect(await errorOf(await answer(form.open, body))).toEqual([400, code]);
  }
  expect((await answer(form.open, { action: "accept", content: { name: "Ann" } })).status).toBe(200);
  const url = await asked(form.cursor, "elicitation");
  expect(url.open.request).toMatchObject({ mode: "url", url: expect.stringMatching(/^https:/) });
  expect((await answer(url.open, { action: "decline" })).status).toBe(200);
  const told = (await turn).items.flatMap((item) => {
    const text = item.type === "mcp_tool_call" ? item.result?.content[0]?.["text"] : undefined;
    return typeof text === "string" ? [JSON.parse(text) as { action: string }] : [];
  });
  expect(told).toMatchObject([{ action: "accept", content: { name: "Ann" } }, { action: "decline" }]);
});

test("a user steers and stops a turn that the program runs, and a turn that the page started", async () => {
  const thread = newThread();
  for (const isOwn of [false, true]) {
    steps = [runCommand("while [ ! -e go ]; do sleep 0.05; done", { login: false }), silence({ text: "Hurrying" })];
    const before = model.requests.length;
    const cursor = await cursorNow();
    const turn = isOwn ? undefined : thread.run("Begin.");
    turn?.catch(() => undefined);
    if (isOwn) expect((await page.write(`/threads/${thread.id}/send`, { text: "Begin." })).status).toBe(200);
    const running = await page.eventsUntil(
      cursor,
      (event) => event.type === "item" && event.item.type === "command_execution",
    );
    expect((await page.write(`/threads/${thread.id}/steer`, { text: "Hurry." })).status).toBe(200);
    const { cwd } = await codex.readThread(thread.id!);
    writeFileSync(path.join(cwd, "go"), "");
    await page.eventsUntil(running.cursor, (event) => "item" in event && event.item.type === "agent_message");
    expect(model.requests.slice(before).at(-1)?.userTexts.at(-1)).toBe("Hurry.");
    const ended = page.eventsUntil(running.cursor, ({ type }) => type === "turn.ended");
    expect((await page.write(`/threads/${thread.id}/stop`)).status).toBe(200);
    await ended;
    execFileSync("rm", [path.join(cwd, "go")]);
  }
  const { turns } = await page.read<ThreadView>(`/threads/${thread.id}`);
  expect(turns.map(({ status }) => status)).toEqual(["interrupted", "interrupted"]);
});

test("sub-agents are listed below the thread that created them", async () => {
  const task = "You are the helper.";
  const agents = { namespace: "multi_agent_v1" };
  const script = (request: ModelRequest): Step => {
    const [first] = request.functionOutputs;
    if (request.userTexts.some((text) => text.includes(task))) return say("Helped.");
    if (!first) return callTool("spawn_agent", { message: task }, agents);
    const agent = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(first.text)?.[0];
    if (request.functionOutputs.length > 1) return say("Done.");
    return callTool("wait_agent", { targets: [agent], timeout_ms: 30_000 }, agents);
  };
  steps = Array.from({ length: 8 }, () => script);
  const thread = newThread();
  await thread.run("Let somebody help.");
  const { subagents } = await page.read<ThreadView>(`/threads/${thread.id}`);
  expect(subagents).toEqual([
    expect.objectContaining({ parentThreadId: thread.id, nickname: expect.any(String), isRunning: false }),
  ]);
  const child = await page.read<ThreadView>(`/threads/${subagents[0]!.id}`);
  expect(child).toMatchObject({ thread: { parentThreadId: thread.id, source: "subagent" }, subagents: [] });
  const { threads } = await page.read("/threads?subagents=1");
  expect(threads).toContainEqual(expect.objectContaining({ id: subagents[0]!.id }));
});

test("each model call has its cost", async () => {
  steps = [respond([say("Hello.")], { usage: { input: 1_000_000, output: 100_000 } })];
  const thread = newThread();
  await thread.run("Hi.");
  const { turns } = await page.read<ThreadView>(`/threads/${thread.id}`);
  expect(turns[0]?.calls).toMatchObject([{ model: "gpt-5.5", usd: 2 }]);
  expect(await page.read("/state")).toMatchObject({ hasPrices: true });
  expect(await page.read<LimitsView>("/limits")).toEqual({ latest: null, samples: [] });
});

test("the protocol log can be read from a number on, for one thread or for all, without secrets", async () => {
  steps = [say("Hello.")];
  const thread = newThread();
  const { last } = await page.read<ProtocolView>("/protocol?after=0");
  await thread.run("Hi.");
  const { messages } = await page.read<ProtocolView>(`/protocol?after=${last}&thread=${thread.id}`);
  const methods = messages.map(({ direction, method }) => `${direction} ${method}`);
  expect(methods).toEqual(expect.arrayContaining(["sent turn/start", "received turn/completed"]));
  expect(messages.every(({ threadId, seq }) => threadId === thread.id && seq > last)).toBe(true);
  expect(JSON.stringify(await page.read("/protocol?after=0"))).not.toContain(model.codexOptions().apiKey);
  expect(await errorOf(await page.fetch("/protocol?after=x"))).toEqual([400, "invalid_query"]);
  expect(await errorOf(await page.fetch("/protocol?thread=../x"))).toEqual([400, "invalid_thread_id"]);
});

test("the working tree of a thread's repository can be read, with new files", async () => {
  const workingDirectory = temporaryDirectory();
  execFileSync("git", ["init", "-q"], { cwd: workingDirectory });
  steps = [runCommand("echo hello > made.txt", { login: false }), say("Done."), say("Hello.")];
  const thread = newThread({ workingDirectory });
  await thread.run("Do it.");
  const tree = await page.read(`/threads/${thread.id}/working-tree`);
  expect(tree).toMatchObject({ root: workingDirectory, base: null, isCut: false });
  expect(tree.diff).toContain("+hello");
});
