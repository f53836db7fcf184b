// Sub-agents are items in the stream. Their own items, text and tokens are not part of the turn.
import { expect, test } from "vitest";
import { tool } from "../../../src/index.js";
import type { SubagentItem, ThreadEvent, ThreadItem } from "../../../src/index.js";
import { callTool, respond, runCommand, say } from "../../../src/testing/index.js";
import type { ModelRequest, Step } from "../../../src/testing/index.js";
import { codexOn, scriptedModel, warmCodex } from "../../support/workspace.js";

const task = "You are the helper.";

/** Both agents play their steps, one for each request; the steps of the parent receive the ID of the sub-agent. */
function family(parent: readonly ((child: string) => Step)[], child: readonly Step[]) {
  return (request: ModelRequest): Step => {
    const isChild = request.userTexts.some((text) => text.includes(task));
    const outputs = request.functionOutputs;
    if (isChild) return child[outputs.length] ?? say("Helped.");
    const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(outputs[0]?.text ?? "")?.[0] ?? "";
    return parent[outputs.length]?.(id) ?? say("Done.");
  };
}

const agents = { namespace: "multi_agent_v1" };
const spawn = () => callTool("spawn_agent", { message: task }, agents);
const wait = (id: string) => callTool("wait_agent", { targets: [id], timeout_ms: 30_000 }, agents);

function subagents(items: readonly ThreadItem[]): SubagentItem[] {
  return items.filter((item) => item.type === "subagent");
}

test("starting, awaiting, messaging and closing a sub-agent are items with its thread ID and state", async () => {
  const script = family(
    [
      spawn,
      wait,
      (id) => callTool("send_input", { target: id, message: "Once more." }, agents),
      wait,
      (id) => callTool("close_agent", { target: id }, agents),
    ],
    [],
  );
  const { model, codex } = await warmCodex(script);
  const thread = codex.startThread(model.threadOptions());
  const turn = await thread.run("Get help.");

  const [started, waited, wrote, again, closed] = subagents(turn.items);
  const id = started?.thread_ids[0] ?? "";
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(id).not.toBe(thread.id);
  expect(started).toEqual({
    id: expect.any(String),
    type: "subagent",
    action: "spawn",
    thread_ids: [id],
    prompt: task,
    model: "gpt-5.5",
    agents: { [id]: { status: "pending_init", message: null } },
    status: "completed",
  });
  expect(waited).toMatchObject({ action: "wait", agents: { [id]: { status: "completed", message: "Helped." } } });
  expect(wrote).toMatchObject({ action: "send_input", thread_ids: [id], prompt: "Once more." });
  expect(again).toMatchObject({ action: "wait", agents: { [id]: { status: "completed" } } });
  expect(closed).toMatchObject({ action: "close", thread_ids: [id], status: "completed" });

  const record = await codex.readThread(id);
  expect(JSON.stringify(record)).toContain("Helped.");
});

test("a sub-agent's events and tokens are not part of the turn", async () => {
  const script = family(
    [spawn, wait],
    [
      respond([runCommand("echo from the child", { login: false })], { usage: { input: 1_000, output: 500 } }),
      respond([say("The child's own words.")], { usage: { input: 1_000, output: 500 } }),
    ],
  );
  const { model, codex } = await warmCodex(script);
  const streamed = await codex.startThread(model.threadOptions()).runStreamed("Get help.");
  const events: ThreadEvent[] = [];
  for await (const event of streamed) events.push(event);
  const turn = await streamed.completed();

  expect(turn.items.map(({ type }) => type)).toEqual(["subagent", "subagent", "agent_message"]);
  expect(turn.finalResponse).toBe("Done.");
  expect(turn.usage).toMatchObject({ input_tokens: 30, output_tokens: 15 });
  const types = events.map(({ type }) => type);
  for (const once of ["thread.started", "turn.started", "turn.completed"]) {
    expect(types.filter((type) => type === once)).toEqual([once]);
  }
  // The stream has only one text of the child: its answer in the parent's waiting item.
  const others = events.filter((event) => !("item" in event) || event.item.type !== "subagent");
  expect(JSON.stringify(others)).not.toContain("child");
});

test("background agents report their start and end", async () => {
  const names = { namespace: "collaboration" };
  const steps: Step[] = [
    callTool("spawn_agent", { task_name: "helper", message: task, fork_turns: "none" }, names),
    callTool("wait_agent", { timeout_ms: 30_000 }, names),
  ];
  const who = tool({ name: "who", description: "Says who calls.", execute: (_, { threadId }) => threadId });
  const model = await scriptedModel((request) => {
    const isChild = request.threadId !== thread.id;
    const outputs = request.functionOutputs.length;
    if (isChild) return outputs === 0 ? callTool("who") : say("Helped.");
    return steps[outputs] ?? say("Done.");
  });
  const features = { multi_agent_v2: true, multi_agent_v2_dynamic_tools: true };
  const thread = codexOn(model, model.codexOptions({ config: { features } })).startThread(
    model.threadOptions({ tools: [who] }),
  );
  const turn = await thread.run("Get help.");
  expect(subagents(turn.items).map(({ action, status }) => `${action} ${status}`)).toEqual([
    "started completed",
    "completed completed",
    "wait completed",
  ]);
  const [started, completed] = subagents(turn.items);
  expect(started?.thread_ids).toEqual(completed?.thread_ids);
  // With that feature flag they can call the host's tools too.
  const [called] = model.requests.flatMap(({ threadId, newOutputs }) => (threadId === thread.id ? [] : newOutputs));
  expect(called?.text).toBe(started?.thread_ids[0]);
});

test("a resumed thread's sub-agents can call the host's tools too", async () => {
  const who = tool({ name: "who", description: "Says who calls.", execute: (_, { threadId }) => threadId });
  const play = family([spawn, wait], [callTool("who", {}, { namespace: "mcp__host_tools" })]);
  const { model, codex } = await warmCodex((request) =>
    request.userTexts.includes("Begin.") && !request.userTexts.includes("Get help.") ? say("Begun.") : play(request),
  );
  const thread = codex.startThread(model.threadOptions());
  await thread.run("Begin.");
  const turn = await codex.resumeThread(thread.id ?? "", { tools: [who] }).run("Get help.");
  const [called] = model.requests.flatMap(({ threadId, newOutputs }) => (threadId === thread.id ? [] : newOutputs));
  expect(called?.text).toContain(subagents(turn.items)[0]?.thread_ids[0]);
});
