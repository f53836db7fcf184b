// The reply to Codex for a decision.
import type { ApprovalDecision } from "../../approvals/approval.js";
import type { CommandExecutionApprovalDecision } from "../protocol/v2/CommandExecutionApprovalDecision.js";
import type { CommandExecutionRequestApprovalParams } from "../protocol/v2/CommandExecutionRequestApprovalParams.js";
import type { CommandExecutionRequestApprovalResponse } from "../protocol/v2/CommandExecutionRequestApprovalResponse.js";
import type { FileChangeRequestApprovalResponse } from "../protocol/v2/FileChangeRequestApprovalResponse.js";
import type { PermissionsRequestApprovalParams } from "../protocol/v2/PermissionsRequestApprovalParams.js";
import type { PermissionsRequestApprovalResponse } from "../protocol/v2/PermissionsRequestApprovalResponse.js";
import { offeredHost, offeredPrefix } from "./approval-request.js";
import { granted } from "./permissions.js";

export function commandReply(
  decision: ApprovalDecision,
  params: CommandExecutionRequestApprovalParams,
): CommandExecutionRequestApprovalResponse {
  return { decision: decision === "approve_always" ? permanentApproval(params) : plainDecisions[decision] };
}

export function fileChangeReply(decision: ApprovalDecision): FileChangeRequestApprovalResponse {
  return { decision: decision === "approve_always" ? "decline" : plainDecisions[decision] };
}

/** The protocol does not have "decline" here: an empty grant declines. */
export function permissionsReply(
  decision: ApprovalDecision,
  { permissions }: PermissionsRequestApprovalParams,
): PermissionsRequestApprovalResponse {
  const isGranted = decision === "approve" || decision === "approve_for_session";
  return {
    permissions: isGranted ? granted(permissions) : {},
    scope: decision === "approve_for_session" ? "session" : "turn",
  };
}

const plainDecisions = {
  approve: "accept",
  approve_for_session: "acceptForSession",
  decline: "decline",
  abort: "cancel",
} as const;

function permanentApproval(params: CommandExecutionRequestApprovalParams): CommandExecutionApprovalDecision {
  const host = offeredHost(params);
  if (params.networkApprovalContext && host !== null) {
    return { applyNetworkPolicyAmendment: { network_policy_amendment: { host, action: "allow" } } };
  }
  const prefix = offeredPrefix(params);
  // Without an offered prefix, this is not one of the accepted answers.
  return prefix === null ? "decline" : { acceptWithExecpolicyAmendment: { execpolicy_amendment: prefix } };
}
