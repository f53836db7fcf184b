// What MCP servers ask the user, and what codex asks about their tools in the same words.
import type { ApprovalDecision, ApprovalRequest } from "../../approvals/approval.js";
import { isJsonObject, isPlainObject } from "../../internal/json.js";
import type { ElicitationRequest } from "../../approvals/questions.js";
import type { McpServerElicitationRequestParams } from "../protocol/v2/McpServerElicitationRequestParams.js";
import type { McpServerElicitationRequestResponse } from "../protocol/v2/McpServerElicitationRequestResponse.js";
import type { JsonValue } from "../protocol/serde_json/JsonValue.js";

export const declined: McpServerElicitationRequestResponse = { action: "decline", content: null, _meta: null };

/** codex asks whether a tool may be called; it marks such a question. Undefined for a question of the server itself. */
export function toMcpToolRequest(params: McpServerElicitationRequestParams): ApprovalRequest | undefined {
  const meta: unknown = params._meta;
  if (!isJsonObject(meta) || meta["codex_approval_kind"] !== "mcp_tool_call") return undefined;
  const persist = Array.isArray(meta["persist"]) ? meta["persist"] : [];
  const answers: ApprovalDecision[] = [
    "approve",
    ...(persist.includes("session") ? (["approve_for_session"] as const) : []),
    // codex keeps "always" only for servers of its own configuration, so it is not offered.
    "decline",
    "abort",
  ];
  return {
    type: "mcp_tool_call",
    server: params.serverName,
    tool: typeof meta["tool_name"] === "string" ? meta["tool_name"] : "",
    arguments: meta["tool_params"] ?? null,
    description: typeof meta["tool_description"] === "string" ? meta["tool_description"] : null,
    annotations: isJsonObject(meta["tool_annotations"]) ? meta["tool_annotations"] : {},
    reason: "message" in params ? params.message : null,
    answers,
  };
}

/** Undefined for what only codex's own screens can ask. */
export function toElicitationRequest(params: McpServerElicitationRequestParams): ElicitationRequest | undefined {
  const { serverName: server, _meta: meta } = params;
  switch (params.mode) {
    case "form":
    case "openai/form":
    case "openaiForm": {
      const schema: unknown = params.requestedSchema;
      return { mode: "form", server, message: params.message, schema: isJsonObject(schema) ? schema : {}, meta };
    }
    case "url": {
      const { message, url, elicitationId } = params;
      return { mode: "url", server, message, url, elicitationId, meta };
    }
    default:
      return undefined;
  }
}

/** Undefined for what is no answer. */
export function readElicitationAnswer(answer: unknown): McpServerElicitationRequestResponse | undefined {
  if (answer === undefined) return declined;
  const { action, content } = isJsonObject(answer) ? answer : { action: answer, content: undefined };
  if (action === "decline" || action === "cancel") return { action, content: null, _meta: null };
  if (action !== "accept" || (content !== undefined && !isPlainObject(content))) return undefined;
  // What JSON cannot carry is left out, as by every server that reads it.
  const json = content === undefined ? null : (JSON.parse(JSON.stringify(content)) as JsonValue);
  return { action, content: json, _meta: null };
}
