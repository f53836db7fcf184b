// How notifications become events: recorded ones, and some that Codex has never sent.
import { expect, test } from "vitest";
import type { ThreadEvent } from "../../../src/index.js";
import type { ServerNotification } from "../../../src/app-server/protocol/ServerNotification.js";
import { TurnTranslator } from "../../../src/app-server/turn/turn-translator.js";

const thread = { threadId: "thread-1", turnId: "turn-1" };

function translate(...notifications: { method: string; params: object }[]): ThreadEvent[] {
  const events: ThreadEvent[] = [];
  const translator = new TurnTranslator((event) => events.push(event), {
    turnId: "turn-1",
    cwd: "/work",
    redact: (text) => text.replaceAll("sk-fake-key", "[hidden]"),
  });
  // Types do not cover the messages of a newer Codex.
  for (const notification of notifications) translator.read(notification as ServerNotification);
  return events;
}

function item(method: "started" | "completed", fields: object) {
  return { method: `item/${method}`, params: { ...thread, item: { startedAtMs: 1, completedAtMs: null, ...fields } } };
}

const spawn = {
  type: "collabAgentToolCall",
  id: "call-1",
  tool: "spawnAgent",
  status: "inProgress",
  senderThreadId: "thread-1",
  receiverThreadIds: [],
  prompt: "Help.",
  model: "",
  reasoningEffort: "medium",
  agentsStates: {},
};

test("the start of a sub-agent is an item", () => {
  const done = {
    ...spawn,
    status: "completed",
    receiverThreadIds: ["thread-2"],
    model: "gpt-5.5",
    agentsStates: { "thread-2": { status: "pendingInit", message: null } },
  };
  expect(translate(item("started", spawn), item("completed", done))).toEqual([
    {
      type: "item.started",
      item: {
        id: "call-1",
        type: "subagent",
        action: "spawn",
        thread_ids: [],
        prompt: "Help.",
        agents: {},
        status: "in_progress",
      },
    },
    {
      type: "item.completed",
      item: {
        id: "call-1",
        type: "subagent",
        action: "spawn",
        thread_ids: ["thread-2"],
        prompt: "Help.",
        model: "gpt-5.5",
        agents: { "thread-2": { status: "pending_init", message: null } },
        status: "completed",
      },
    },
  ]);
});

test.each(["started", "interacted", "interrupted", "completed"])(
  "a background sub-agent that has %s is an item",
  (kind) => {
    const activity = {
      type: "subAgentActivity",
      id: "call-1",
      kind,
      model: null,
      reasoningEffort: null,
      agentThreadId: "thread-2",
      agentPath: "/root/helper",
    };
    expect(translate(item("completed", activity))).toEqual([
      {
        type: "item.completed",
        item: {
          id: "call-1",
          type: "subagent",
          action: kind,
          thread_ids: ["thread-2"],
          agents: {},
          status: "completed",
        },
      },
    ]);
  },
);

const call = { id: "call-1", tool: "add", arguments: { a: 1 }, durationMs: 5 };
const dynamic = { type: "dynamicToolCall", namespace: null, ...call };
const hosted = { type: "mcpToolCall", server: "host_tools", pluginId: null, ...call };
const shown = { id: "call-1", type: "tool_call", tool: "add", arguments: { a: 1 }, duration_ms: 5 };

test.each([
  [
    "answered",
    { ...dynamic, status: "completed", success: true, contentItems: [{ type: "inputText", text: "2" }] },
    { ...shown, result: [{ type: "text", text: "2" }], status: "completed" },
  ],
  [
    "that failed",
    { ...dynamic, status: "failed", success: false, contentItems: [] },
    { ...shown, result: [], status: "failed" },
  ],
  [
    "answered over MCP",
    {
      ...hosted,
      status: "completed",
      error: null,
      result: {
        content: [
          { type: "text", text: "2" },
          { type: "image", mimeType: "image/png", data: "AAAA" },
          { type: "strange", value: 1 },
        ],
        structuredContent: null,
        _meta: null,
      },
    },
    {
      ...shown,
      result: [
        { type: "text", text: "2" },
        { type: "image", url: "data:image/png;base64,AAAA" },
        { type: "text", text: '{"type":"strange","value":1}' },
      ],
      status: "completed",
    },
  ],
  [
    "that failed over MCP",
    { ...hosted, status: "failed", error: { message: "server gone" }, result: null },
    { ...shown, result: [{ type: "text", text: "server gone" }], status: "failed" },
  ],
])("a call of a host tool %s", (_, given, expected) => {
  expect(translate(item("completed", given))).toEqual([{ type: "item.completed", item: expected }]);
});

test("a call of another server's tool is not a host tool call", () => {
  const [event] = translate(
    item("completed", { ...hosted, server: "files", status: "completed", error: null, result: null }),
  );
  expect(event).toMatchObject({ item: { type: "mcp_tool_call", server: "files", tool: "add" } });
});

test("an unknown kind of item is passed through unchanged", () => {
  const given = { type: "brandNewThing", id: "new-1", startedAtMs: 1, completedAtMs: null, deep: { list: [1] } };
  expect(translate(item("started", given), item("completed", given))).toEqual([
    { type: "item.started", item: { id: "new-1", type: "unknown", raw: given } },
    { type: "item.completed", item: { id: "new-1", type: "unknown", raw: given } },
  ]);
});

test.each([
  "thread/brandNew",
  "item/brandNew/delta",
  "turn/moderationMetadata",
  "thread/status/changed",
  "item/mcpToolCall/progress",
])("%s adds nothing to the stream", (method) => {
  expect(translate({ method, params: { ...thread, anything: [1] } })).toEqual([]);
});

test("text for an item that was never started is ignored", () => {
  const params = { ...thread, itemId: "msg-1", delta: "lost" };
  expect(translate({ method: "item/agentMessage/delta", params })).toEqual([]);
  expect(translate({ method: "item/commandExecution/outputDelta", params })).toEqual([]);
});

test("user messages and display markers are not items", () => {
  expect(
    translate(
      item("completed", { type: "userMessage", id: "1", content: [] }),
      item("completed", { type: "hookPrompt", id: "2", fragments: [] }),
    ),
  ).toEqual([]);
});

test.each([
  ["warning", { message: "Careful with sk-fake-key." }, "Careful with [hidden]."],
  ["guardianWarning", { message: "Declined." }, "Declined."],
  [
    "model/rerouted",
    { fromModel: "a", toModel: "b", reason: "highRiskCyberActivity" },
    "model rerouted: a -> b (highRiskCyberActivity)",
  ],
])("%s becomes an error item", (method, params, message) => {
  expect(translate({ method, params: { ...thread, ...params } })).toEqual([
    { type: "item.completed", item: { id: expect.any(String), type: "error", message } },
  ]);
});

test("an error during the turn is an event, and hides the key", () => {
  const error = { message: "Reconnecting... 1/5 with sk-fake-key", codexErrorInfo: null, additionalDetails: null };
  expect(translate({ method: "error", params: { ...thread, error, willRetry: true } })).toEqual([
    { type: "error", message: "Reconnecting... 1/5 with [hidden]" },
  ]);
});

const run = {
  id: "stop:0:/home/hooks.json",
  eventName: "stop",
  handlerType: "command",
  executionMode: "sync",
  scope: "turn",
  sourcePath: "/home/hooks.json",
  source: "user",
  displayOrder: 0,
  status: "running",
  statusMessage: null,
  startedAt: 1,
  completedAt: null,
  durationMs: null,
  entries: [],
};

function hook(method: "started" | "completed", fields: object = {}) {
  return { method: `hook/${method}`, params: { ...thread, run: { ...run, ...fields } } };
}

test.each([
  ["ran", { status: "completed", entries: [{ kind: "context", text: "for the agent" }] }, []],
  [
    "warned",
    { status: "completed", entries: [{ kind: "warning", text: "mind the gap" }] },
    ["Hook Stop: mind the gap"],
  ],
  ["blocked", { status: "blocked", entries: [{ kind: "feedback", text: "not so" }] }, ["Hook Stop blocked: not so"]],
  ["failed", { status: "failed", entries: [{ kind: "error", text: "exit 3" }] }, ["Hook Stop failed: exit 3"]],
  ["stopped the turn", { status: "stopped", entries: [] }, ["Hook Stop stopped."]],
])("a hook that %s", (_, end, notices) => {
  const events = translate(hook("started"), hook("completed", end));
  const [started, completed, ...told] = events.flatMap((event) => ("item" in event ? [event] : []));
  expect(started).toEqual({
    type: "item.started",
    item: { id: expect.any(String), type: "unknown", raw: { type: "hook", ...run } },
  });
  expect(completed).toEqual({
    type: "item.completed",
    item: { id: started?.item.id, type: "unknown", raw: { type: "hook", ...run, ...end } },
  });
  expect(told.map(({ item: { type, ...rest } }) => [type, "message" in rest && rest.message])).toEqual(
    notices.map((message) => ["error", message]),
  );
});

test("a hook that runs twice creates two items", () => {
  const events = translate(hook("started"), hook("completed"), hook("started"), hook("completed"));
  const ids = events.map((event) => ("item" in event ? event.item.id : ""));
  expect(new Set(ids).size).toBe(2);
  expect(ids[0]).toBe(ids[1]);
});

test.each<[string, string[], string, object]>([
  ["not streamed at all", [], "1\n2\n", { delta: "1\n2\n" }],
  ["streamed without its end", ["1\n"], "1\n2\n", { delta: "2\n" }],
  ["streamed without its start", ["2\n"], "1\n2\n", { item: { aggregated_output: "1\n2\n" } }],
])("output that was %s is completed before its item", (_, deltas, output, expected) => {
  const command = {
    type: "commandExecution",
    id: "c",
    command: "x",
    cwd: "/",
    status: "inProgress",
    exitCode: null,
    durationMs: null,
  };
  const events = translate(
    item("started", { ...command, aggregatedOutput: null }),
    ...deltas.map((delta) => ({
      method: "item/commandExecution/outputDelta",
      params: { ...thread, itemId: "c", delta },
    })),
    item("completed", { ...command, aggregatedOutput: output, status: "completed", exitCode: 0 }),
  );
  expect(events.at(-2)).toMatchObject({ type: "item.updated", ...expected });
  expect("delta" in events.at(-2)!).toBe("delta" in expected);
  expect(events.at(-1)).toMatchObject({ type: "item.completed", item: { aggregated_output: output } });
});
