// Converts app-server's approval requests to those of this SDK.
import type {
  ApprovalDecision,
  ApprovalRequest,
  CommandAction,
  NetworkApprovalRequest,
  RequestedPermissions,
} from "../../approvals/approval.js";
import { readWords } from "../../approvals/shell-words.js";
import type { ThreadItem } from "../../events/items.js";
import type { CommandAction as ProtocolAction } from "../protocol/v2/CommandAction.js";
import type { CommandExecutionRequestApprovalParams } from "../protocol/v2/CommandExecutionRequestApprovalParams.js";
import type { FileChangeRequestApprovalParams } from "../protocol/v2/FileChangeRequestApprovalParams.js";
import type { PermissionsRequestApprovalParams } from "../protocol/v2/PermissionsRequestApprovalParams.js";
import { toPermissions } from "./permissions.js";

/** Accepted by every request. */
const always: readonly ApprovalDecision[] = ["approve", "decline", "abort"];

export function toCommandRequest(params: CommandExecutionRequestApprovalParams): ApprovalRequest {
  if (params.networkApprovalContext) return toNetworkRequest(params, params.networkApprovalContext);
  const reason = params.reason ?? null;
  const command = params.command ?? "";
  const cwd = params.cwd ?? null;
  if (params.kind === "writeStdin") {
    return { type: "stdin", input: stdinOf(command), command, cwd, reason, answers: always };
  }
  const permissions = params.additionalPermissions ? toPermissions(params.additionalPermissions) : null;
  const prefix = offeredPrefix(params);
  const actions = (params.commandActions ?? []).map(toAction);
  const answers = commandAnswers(prefix, permissions);
  return { type: "command", command, actions, cwd, permissions, always: prefix, reason, answers };
}

/** The prefix that Codex offers to allow permanently. */
export function offeredPrefix(params: CommandExecutionRequestApprovalParams): string[] | null {
  const offered = params.availableDecisions;
  // If Codex lists the decisions, it accepts only those.
  const isOffered = offered?.some((each) => typeof each === "object" && "acceptWithExecpolicyAmendment" in each);
  return (offered ? isOffered : true) ? (params.proposedExecpolicyAmendment ?? null) : null;
}

/** The host that Codex offers to allow permanently. */
export function offeredHost(params: CommandExecutionRequestApprovalParams): string | null {
  return params.proposedNetworkPolicyAmendments?.find(({ action }) => action === "allow")?.host ?? null;
}

function commandAnswers(prefix: string[] | null, permissions: RequestedPermissions | null): ApprovalDecision[] {
  return [
    "approve",
    // Codex remembers commands that run outside the sandbox, but not those with additional permissions.
    ...(permissions === null ? (["approve_for_session"] as const) : []),
    ...(prefix ? (["approve_always"] as const) : []),
    "decline",
    "abort",
  ];
}

function toNetworkRequest(
  params: CommandExecutionRequestApprovalParams,
  { host, protocol }: Pick<NetworkApprovalRequest, "host" | "protocol">,
): ApprovalRequest {
  const always = offeredHost(params);
  const longer = always === null ? ([] as const) : (["approve_always"] as const);
  const answers: ApprovalDecision[] = ["approve", "approve_for_session", ...longer, "decline", "abort"];
  return { type: "network", host, protocol, always, reason: params.reason ?? null, answers };
}

/** The approval applies to the patch in the item. The request itself only names the item. */
export function toFileChangeRequest(
  { reason, grantRoot }: FileChangeRequestApprovalParams,
  item: ThreadItem | null,
  cwd: string | null,
): ApprovalRequest {
  return {
    type: "file_change",
    changes: item?.type === "file_change" ? item.changes : [],
    cwd,
    grantRoot: grantRoot ?? null,
    reason: reason ?? null,
    answers: ["approve", "approve_for_session", "decline", "abort"],
  };
}

export function toPermissionsRequest({ cwd, permissions, reason }: PermissionsRequestApprovalParams): ApprovalRequest {
  const answers: ApprovalDecision[] = ["approve", "approve_for_session", "decline", "abort"];
  return { type: "permissions", cwd, permissions: toPermissions(permissions), reason, answers };
}

function toAction(action: ProtocolAction): CommandAction {
  return action.type === "listFiles" ? { ...action, type: "list_files" } : { ...action };
}

/** Codex represents it as a command: `write_stdin --session-id 7 'y\n'`. */
function stdinOf(command: string): string | null {
  const words = readWords(command);
  return words?.length === 4 && words[0] === "write_stdin" ? (words[3] ?? null) : null;
}
