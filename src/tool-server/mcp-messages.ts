// The messages of an MCP server that only has tools: JSON-RPC, one response for each request.
import type { ToolCallContent } from "../events/items.js";
import { isJsonObject, type JsonObject } from "../internal/json.js";
import type { ToolOutcome } from "../tools/run-tool.js";
import type { ToolCall } from "../tools/tool-calls.js";
import { version } from "../internal/version.js";

export interface ToolDescription {
  name: string;
  description: string;
  inputSchema: JsonObject;
}

export interface HostedTools {
  list(): Promise<readonly ToolDescription[]>;
  /** Never rejects. */
  call(call: ToolCall): Promise<ToolOutcome>;
}

const parseError = { code: -32700, message: "The body is not JSON." };
const invalidRequest = { code: -32600, message: "The body is not a JSON-RPC request." };

/** Undefined for a notification, which does not get a response. */
export async function answerMessage(text: string, tools: HostedTools): Promise<object | undefined> {
  const message = parse(text);
  if (message === undefined) return { jsonrpc: "2.0", id: null, error: parseError };
  const { id, method, params } = message;
  if (typeof method !== "string") return { jsonrpc: "2.0", id: id ?? null, error: invalidRequest };
  if (id === undefined) return undefined;
  const result = await answerRequest(method, isJsonObject(params) ? params : {}, tools);
  if (result) return { jsonrpc: "2.0", id, result };
  return { jsonrpc: "2.0", id, error: { code: -32601, message: `The method "${method}" does not exist.` } };
}

async function answerRequest(method: string, params: JsonObject, tools: HostedTools): Promise<object | undefined> {
  switch (method) {
    case "initialize":
      return {
        protocolVersion: params["protocolVersion"] ?? "2025-06-18",
        capabilities: { tools: {} },
        serverInfo: { name: "codex-sdk", version },
      };
    case "ping":
      return {};
    case "tools/list":
      return { tools: await tools.list() };
    case "tools/call": {
      const { success, content } = await tools.call(toCall(params));
      return { content: content.map(toMcpContent), isError: !success };
    }
    default:
      return undefined;
  }
}

/** Codex sends the IDs of the call in `_meta`. */
function toCall(params: JsonObject): ToolCall {
  const meta = isJsonObject(params["_meta"]) ? params["_meta"] : {};
  const turn = isJsonObject(meta["x-codex-turn-metadata"]) ? meta["x-codex-turn-metadata"] : {};
  return {
    threadId: text(meta["threadId"] ?? turn["thread_id"]),
    turnId: text(turn["turn_id"]),
    callId: text(meta["callId"]),
    tool: text(params["name"]),
    arguments: params["arguments"] ?? {},
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function toMcpContent(content: ToolCallContent): object {
  if (content.type === "text") return content;
  const [, mimeType, data] = /^data:([^;,]*);base64,([^]*)$/.exec(content.url) ?? [];
  return { type: content.type, mimeType, data };
}

function parse(json: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
