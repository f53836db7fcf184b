// What of its doings codex shall ask the host about.
import type { ThreadOptions } from "../../options/options.js";
import type { AskForApproval } from "../protocol/v2/AskForApproval.js";

/** Undefined leaves a thread's policy as it was saved. */
export function approvalPolicyOf(
  { approvalPolicy, onApproval, onElicitation }: ThreadOptions,
  isNew: boolean,
): AskForApproval | undefined {
  const policy = approvalPolicy ?? (onApproval ? "on-request" : isNew || onElicitation ? "never" : undefined);
  // With `never` codex declines the questions of MCP servers itself; they are no approvals, and there is a handler.
  if (policy === "never" && onElicitation) return elicitationsOnly;
  // Options are checked before they come here; this codex knows no `on-failure`.
  return policy as Exclude<typeof policy, "on-failure">;
}

const elicitationsOnly: AskForApproval = {
  granular: {
    sandbox_approval: false,
    rules: false,
    skill_approval: false,
    request_permissions: false,
    mcp_elicitations: true,
  },
};
