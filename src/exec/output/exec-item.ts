// Converts an item as `codex exec` prints it to an item of this SDK, which usually has the same form.
import { isJsonObject, type JsonObject } from "../../internal/json.js";
import type { SubagentAction, SubagentItem, ThreadItem } from "../../events/items.js";

const sameAsPrinted = new Set([
  "agent_message",
  "reasoning",
  "command_execution",
  "file_change",
  "mcp_tool_call",
  "web_search",
  "todo_list",
  "error",
]);

/** Undefined for a value that is not an item. */
export function toThreadItem(printed: unknown): ThreadItem | undefined {
  if (!isJsonObject(printed) || typeof printed["id"] !== "string" || typeof printed["type"] !== "string")
    return undefined;
  // These item types of this SDK have the form that exec prints.
  if (sameAsPrinted.has(printed["type"])) return printed as unknown as ThreadItem;
  if (printed["type"] === "collab_tool_call") return toSubagent(printed["id"], printed);
  return { id: printed["id"], type: "unknown", raw: printed };
}

const subagentActions: Record<string, SubagentAction | undefined> = {
  spawn_agent: "spawn",
  send_input: "send_input",
  resume_agent: "resume",
  wait: "wait",
  close_agent: "close",
};

function toSubagent(id: string, printed: JsonObject): ThreadItem {
  const action = subagentActions[String(printed["tool"])];
  const status = printed["status"];
  if (action === undefined || (status !== "in_progress" && status !== "completed" && status !== "failed")) {
    return { id, type: "unknown", raw: printed };
  }
  return {
    id,
    type: "subagent",
    action,
    thread_ids: Array.isArray(printed["receiver_thread_ids"]) ? printed["receiver_thread_ids"].map(String) : [],
    ...(typeof printed["prompt"] === "string" && { prompt: printed["prompt"] }),
    agents: toAgents(printed["agents_states"]),
    status,
  };
}

function toAgents(states: unknown): SubagentItem["agents"] {
  const agents: SubagentItem["agents"] = {};
  for (const [id, state] of Object.entries(isJsonObject(states) ? states : {})) {
    if (!isJsonObject(state)) continue;
    const { status, message } = state;
    agents[id] = { status: String(status), message: typeof message === "string" ? message : null };
  }
  return agents;
}
