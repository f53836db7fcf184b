// Codex's request to approve a call of an MCP tool.
//
// By default Codex asks with an elicitation that has the same form as the server's own requests, so a server can imitate
// it. With the feature `tool_call_mcp_elicitation` off, it asks with `item/tool/requestUserInput` instead, which servers
// cannot send and which names the open call. (Codex 0.169.0)
import type { ApprovalDecision, McpToolApprovalRequest } from "../../approvals/approval.js";
import type { McpToolCallItem } from "../../events/items.js";
import type { ToolRequestUserInputParams } from "../protocol/v2/ToolRequestUserInputParams.js";
import type { ToolRequestUserInputResponse } from "../protocol/v2/ToolRequestUserInputResponse.js";

/** Thread configuration with which Codex never asks by elicitation. */
export const approvalsOutsideElicitations = { "features.tool_call_mcp_elicitation": false };

/** The server's description of the tool. */
export interface ToolInformation {
  description: string | null;
  annotations: Record<string, unknown>;
}

const labels = { approve: "Allow", approve_for_session: "Allow for this session", decline: "Cancel" } as const;

/** Whether the question is Codex's own about the open call of an MCP tool, and not a question of the agent. */
export function isMcpToolQuestion(params: ToolRequestUserInputParams, item: McpToolCallItem): boolean {
  const [question, ...more] = params.questions;
  return more.length === 0 && question?.id === `mcp_tool_call_approval_${item.id}`;
}

export function toMcpToolRequest(
  { questions }: ToolRequestUserInputParams,
  { server, tool, arguments: given }: McpToolCallItem,
  { description, annotations }: ToolInformation,
): McpToolApprovalRequest {
  const offered = questions[0]?.options?.map(({ label }) => label) ?? [];
  const answers: ApprovalDecision[] = [
    "approve",
    ...(offered.includes(labels.approve_for_session) ? (["approve_for_session"] as const) : []),
    "decline",
    "abort",
  ];
  const reason = questions[0]?.question ?? null;
  return { type: "mcp_tool_call", server, tool, arguments: given, description, annotations, reason, answers };
}

export function mcpToolReply(
  decision: ApprovalDecision,
  { questions }: ToolRequestUserInputParams,
): ToolRequestUserInputResponse {
  const isGranted = decision === "approve" || decision === "approve_for_session";
  const label = isGranted ? labels[decision] : labels.decline;
  return { answers: Object.fromEntries(questions.map(({ id }) => [id, { answers: [label] }])) };
}
