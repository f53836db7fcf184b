// Requests of MCP servers to the user. All content of these requests comes from the server: see `mcp-tool-approval.ts`.
import { isJsonObject, isPlainObject } from "../../internal/json.js";
import type { ElicitationRequest } from "../../approvals/questions.js";
import type { McpServerElicitationRequestParams } from "../protocol/v2/McpServerElicitationRequestParams.js";
import type { McpServerElicitationRequestResponse } from "../protocol/v2/McpServerElicitationRequestResponse.js";
import type { JsonValue } from "../protocol/serde_json/JsonValue.js";

export const declined: McpServerElicitationRequestResponse = { action: "decline", content: null, _meta: null };

/** Undefined for a mode that only Codex's own user interface supports. */
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

/** Undefined for an invalid answer. */
export function readElicitationAnswer(answer: unknown): McpServerElicitationRequestResponse | undefined {
  if (answer === undefined) return declined;
  const { action, content } = isJsonObject(answer) ? answer : { action: answer, content: undefined };
  if (action === "decline" || action === "cancel") return { action, content: null, _meta: null };
  if (action !== "accept" || (content !== undefined && !isPlainObject(content))) return undefined;
  // JSON omits what it cannot represent.
  const json = content === undefined ? null : (JSON.parse(JSON.stringify(content)) as JsonValue);
  return { action, content: json, _meta: null };
}
