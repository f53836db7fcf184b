// Items that exec prints, converted to the SDK's items.
import { expect, test } from "vitest";
import { toThreadItem } from "../../../src/exec/output/exec-item.js";

test("an agent that works with others is a sub-agent item", () => {
  const printed = {
    id: "item_1",
    type: "collab_tool_call",
    tool: "spawn_agent",
    sender_thread_id: "one",
    receiver_thread_ids: ["two"],
    prompt: "Look around.",
    agents_states: { two: { status: "running", message: null }, three: { status: "completed", message: "Done." } },
    status: "in_progress",
  };
  expect(toThreadItem(printed)).toEqual({
    id: "item_1",
    type: "subagent",
    action: "spawn",
    thread_ids: ["two"],
    prompt: "Look around.",
    agents: { two: { status: "running", message: null }, three: { status: "completed", message: "Done." } },
    status: "in_progress",
  });
});

test("an unknown item is passed through unchanged", () => {
  const odd = { id: "item_1", type: "collab_tool_call", tool: "sing", status: "completed" };
  expect(toThreadItem(odd)).toEqual({ id: "item_1", type: "unknown", raw: odd });
});

test.each([undefined, null, "text", {}, { id: 1, type: "error" }, { id: "x" }])("%j is not an item", (printed) => {
  expect(toThreadItem(printed)).toBeUndefined();
});
