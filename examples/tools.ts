// Functions of this program as tools of the agent: typed arguments, results, and failures that the agent can handle.
import assert from "node:assert/strict";
import { Codex, tool } from "codex-sdk";
import { ScriptedModel, callMcpTool, callTool, say } from "codex-sdk/testing";
import { z } from "zod";

const orders = new Map([
  [17, { item: "kettle", status: "shipped" }],
  [18, { item: "teapot", status: "packed" }],
]);

const findOrder = tool({
  name: "find_order",
  description: "Finds an order of the shop by its number.",
  input: z.object({ number: z.string().regex(/^\d+$/).transform(Number) }),
  execute({ number }, { threadId, callId }) {
    console.log(`looking up ${number} for call ${callId} of thread ${threadId}`);
    const order = orders.get(number);
    if (!order) throw new Error(`there is no order ${number}; the newest is ${Math.max(...orders.keys())}`);
    return order;
  },
});

const cancelOrder = tool({
  name: "cancel_order",
  description: "Cancels an order that has not been shipped.",
  input: z.object({ number: z.number(), reason: z.string().default("the customer asked for it") }),
  execute: ({ number, reason }) => `Order ${number} is cancelled: ${reason}.`,
});

/** Represents a service that does not respond. */
let gaveUp = false;
let onAsked: (() => void) | undefined;
const asked = new Promise<void>((resolve) => (onAsked = resolve));
const askWarehouse = tool({
  name: "ask_warehouse",
  description: "Asks the warehouse how many of an item there are.",
  input: { type: "object", properties: { item: { type: "string" } }, required: ["item"] },
  execute: (_, { signal }) =>
    new Promise((_resolve, reject) => {
      onAsked?.();
      signal.addEventListener("abort", () => {
        gaveUp = true;
        reject(new Error("no longer needed"));
      });
    }),
});

await using model = await ScriptedModel.start([
  [callTool("find_order", { number: "17" }), callTool("find_order", { number: "99" }), callTool("find_order", {})],
  say("Order 17, a kettle, is on its way. There is no order 99."),
  callTool("ask_warehouse", { item: "kettle" }),
  callTool("find_order", { number: "18" }),
  callMcpTool("host_tools", "cancel_order", { number: 18 }),
  say("Your teapot is cancelled."),
]);
await using codex = new Codex(model.codexOptions());
const thread = codex.startThread(model.threadOptions({ tools: [findOrder, askWarehouse] }));

// Three concurrent calls: one succeeds, one fails, and one has invalid arguments.
const streamed = await thread.runStreamed("Where are orders 17 and 99?");
for await (const event of streamed) {
  if (event.type !== "item.completed" || event.item.type !== "tool_call") continue;
  const { tool: name, status, result } = event.item;
  console.log(status.padEnd(9), name, result?.map((part) => (part.type === "text" ? part.text : part.type)).join());
}
const turn = await streamed.completed();
const calls = turn.items.filter((item) => item.type === "tool_call");
assert.equal(calls.length, 3);
assert.equal(calls.filter(({ status }) => status === "failed").length, 2);
const read = model.requests[1]?.newOutputs.map(({ text }) => text) ?? [];
assert.equal(read[0], '{"item":"kettle","status":"shipped"}');
assert.equal(read[1], 'The tool "find_order" failed: there is no order 99; the newest is 18');
assert.match(read[2] ?? "", /^The arguments of the tool "find_order" do not match its schema: \$\.number /);

// A tool that never returns does not delay the end of its turn.
const waiting = await thread.runStreamed("How many kettles are left?");
await asked;
await waiting.interrupt();
await assert.rejects(waiting.completed(), { code: "interrupted" });
assert(gaveUp);

// A resumed thread keeps its tools and can get more.
const resumed = codex.resumeThread(turn.threadId, { tools: [findOrder, askWarehouse, cancelOrder] });
const last = await resumed.run("Then cancel order 18.");
console.log(last.finalResponse);
assert.deepEqual(
  last.items.flatMap((item) => (item.type === "tool_call" ? [`${item.tool} ${item.status}`] : [])),
  ["find_order completed", "cancel_order completed"],
);
