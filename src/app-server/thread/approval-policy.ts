// When Codex requests approval from the host.
import type { ThreadOptions } from "../../options/options.js";
import type { AskForApproval } from "../protocol/v2/AskForApproval.js";

/** Undefined keeps the saved policy of the thread. */
export function approvalPolicyOf(
  { approvalPolicy, onApproval, onElicitation }: ThreadOptions,
  isNew: boolean,
): AskForApproval | undefined {
  const given = approvalPolicy ?? (onApproval ? "on-request" : isNew || onElicitation ? "never" : undefined);
  // Without a handler, requests of the agent would only be declined.
  const policy = given === "on-request" && !onApproval ? "never" : given;
  // With `never`, Codex declines the requests of MCP servers itself. They are not approvals, and the host has a handler.
  if (policy === "never" && onElicitation) return elicitationsOnly;
  // Options are validated first: Codex no longer supports `on-failure`.
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
