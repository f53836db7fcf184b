// Converts an item of the protocol to an item of this SDK, for live turns and for histories.
import type {
  CommandExecutionItem,
  McpContentBlock,
  McpToolCallItem,
  SubagentAction,
  SubagentItem,
  ThreadItem,
  ToolCallContent,
  ToolCallItem,
  WebSearchAction,
} from "../../events/items.js";
import { isJsonObject } from "../../internal/json.js";
import { hostServerName } from "../../tools/host-server-name.js";
import type { CollabAgentTool } from "../protocol/v2/CollabAgentTool.js";
import type { DynamicToolCallOutputContentItem } from "../protocol/v2/DynamicToolCallOutputContentItem.js";
import type { FileUpdateChange as ProtocolChange } from "../protocol/v2/FileUpdateChange.js";
import type { ThreadItem as ProtocolItem } from "../protocol/v2/ThreadItem.js";
import { toUnifiedDiff } from "./unified-diff.js";

export type ProtocolItemOf<Type extends ProtocolItem["type"]> = Extract<ProtocolItem, { type: Type }>;

/** Undefined for what is not an item of the agent: the user's message, and markers for user interfaces. */
export function toThreadItem(item: ProtocolItem, cwd: string | undefined): ThreadItem | undefined {
  switch (item.type) {
    case "userMessage":
    case "hookPrompt":
    case "enteredReviewMode":
    case "exitedReviewMode":
      return undefined;
    case "agentMessage":
      return { id: item.id, type: "agent_message", text: item.text, ...(item.phase && { phase: item.phase }) };
    case "reasoning":
      return { id: item.id, type: "reasoning", text: reasoningText(item) };
    case "commandExecution":
      return toCommand(item);
    case "fileChange": {
      const changes = item.changes.map((change) => toChange(change, cwd));
      return { id: item.id, type: "file_change", changes, status: snakeStatus(item.status) };
    }
    case "mcpToolCall":
      return item.server === hostServerName ? toHostToolCall(item) : toMcpToolCall(item);
    case "webSearch": {
      const action = toSearchAction(item.action);
      return { id: item.id, type: "web_search", query: item.query, ...(action && { action }) };
    }
    case "dynamicToolCall":
      return toToolCall(item);
    case "imageView":
      return { id: item.id, type: "image_view", path: item.path };
    case "collabAgentToolCall":
      return toSubagent(item);
    case "subAgentActivity":
      return {
        id: item.id,
        type: "subagent",
        action: item.kind,
        thread_ids: [item.agentThreadId],
        ...(item.model !== null && { model: item.model }),
        agents: {},
        status: "completed",
      };
    case "contextCompaction":
      return { id: item.id, type: "context_compaction" };
    default:
      return { id: item.id, type: "unknown", raw: item };
  }
}

export function reasoningText(item: ProtocolItemOf<"reasoning">): string {
  return (item.summary.length > 0 ? item.summary : item.content).join("\n");
}

function toCommand(item: ProtocolItemOf<"commandExecution">): CommandExecutionItem {
  return {
    id: item.id,
    type: "command_execution",
    command: item.command,
    aggregated_output: item.aggregatedOutput ?? "",
    exit_code: item.exitCode,
    status: snakeStatus(item.status),
    cwd: item.cwd,
    ...(item.durationMs !== null && { duration_ms: item.durationMs }),
  };
}

function toChange(change: ProtocolChange, cwd: string | undefined) {
  const movePath = change.kind.type === "update" ? change.kind.move_path : null;
  return {
    path: change.path,
    kind: change.kind.type,
    diff: toUnifiedDiff(change, cwd),
    ...(movePath !== null && { move_path: movePath }),
  };
}

function toMcpToolCall(item: ProtocolItemOf<"mcpToolCall">): McpToolCallItem {
  const { result } = item;
  return {
    id: item.id,
    type: "mcp_tool_call",
    server: item.server,
    tool: item.tool,
    arguments: item.arguments,
    result: result && {
      // The protocol passes on MCP content unchanged. Each block has a `type`.
      content: result.content as unknown as McpContentBlock[],
      structured_content: result.structuredContent,
      ...(result._meta !== null && { _meta: result._meta }),
    },
    error: item.error && { message: item.error.message },
    status: snakeStatus(item.status),
  };
}

function toToolCall(item: ProtocolItemOf<"dynamicToolCall">): ToolCallItem {
  return {
    id: item.id,
    type: "tool_call",
    tool: item.namespace === null ? item.tool : `${item.namespace}.${item.tool}`,
    arguments: item.arguments,
    result: item.contentItems?.map(toToolContent) ?? null,
    status: snakeStatus(item.status),
    ...(item.durationMs !== null && { duration_ms: item.durationMs }),
  };
}

/** A host tool that Codex called by MCP is still a host tool. */
function toHostToolCall(item: ProtocolItemOf<"mcpToolCall">): ToolCallItem {
  const failure = item.error && [{ type: "text" as const, text: item.error.message }];
  return {
    id: item.id,
    type: "tool_call",
    tool: item.tool,
    arguments: item.arguments,
    result: item.result?.content.map(fromMcpContent) ?? failure,
    status: snakeStatus(item.status),
    ...(item.durationMs !== null && { duration_ms: item.durationMs }),
  };
}

function fromMcpContent(content: unknown): ToolCallContent {
  const { type, text, data, mimeType } = isJsonObject(content) ? content : {};
  if (type === "image" || type === "audio") return { type, url: `data:${String(mimeType)};base64,${String(data)}` };
  return { type: "text", text: typeof text === "string" ? text : JSON.stringify(content) };
}

function toSearchAction(action: ProtocolItemOf<"webSearch">["action"]): WebSearchAction | undefined {
  if (action === null) return undefined;
  const entries = Object.entries(action).filter(([, value]) => value !== null && value !== undefined);
  // Only null values were removed, which all actions allow.
  return Object.fromEntries(entries) as unknown as WebSearchAction;
}

export function toToolContent(content: DynamicToolCallOutputContentItem): ToolCallContent {
  switch (content.type) {
    case "inputText":
      return { type: "text", text: content.text };
    case "inputImage":
      return { type: "image", url: content.imageUrl };
    case "inputAudio":
      return { type: "audio", url: content.audioUrl };
  }
}

const subagentActions: Record<CollabAgentTool, SubagentAction> = {
  spawnAgent: "spawn",
  sendInput: "send_input",
  resumeAgent: "resume",
  wait: "wait",
  closeAgent: "close",
  sendMessage: "send_message",
  followupTask: "followup",
  interruptAgent: "interrupt",
  listAgents: "list",
};

function toSubagent(item: ProtocolItemOf<"collabAgentToolCall">): SubagentItem {
  const agents: SubagentItem["agents"] = {};
  for (const [id, state] of Object.entries(item.agentsStates)) {
    if (state) agents[id] = { status: snakeCase(state.status), message: state.message };
  }
  return {
    id: item.id,
    type: "subagent",
    action: subagentActions[item.tool],
    thread_ids: item.receiverThreadIds,
    ...(item.prompt !== null && { prompt: item.prompt }),
    // Empty until the sub-agent exists.
    ...(item.model !== null && item.model !== "" && { model: item.model }),
    agents,
    status: snakeStatus(item.status),
  };
}

function snakeCase(word: string): string {
  return word.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function snakeStatus<Status extends string>(status: Status): Status extends "inProgress" ? "in_progress" : Status {
  // The only status whose spelling differs.
  return (status === "inProgress" ? "in_progress" : status) as ReturnType<typeof snakeStatus<Status>>;
}
