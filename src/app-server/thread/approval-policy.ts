// When Codex asks the host before it acts.
import type { ThreadOptions } from "../../options/options.js";
import type { AskForApproval } from "../protocol/v2/AskForApproval.js";

/** Undefined keeps the policy that the thread was saved with. */
export function approvalPolicyOf(
  { approvalPolicy, onApproval, onElicitation }: ThreadOptions,
  isNew: boolean,
): AskForApproval | undefined {
  const given = approvalPolicy ?? (onApproval ? "on-request" : isNew || onElicitation ? "never" : undefined);
  // An agent that is told that it may ask would only be declined.
  const policy = given === "on-request" && !onApproval ? "never" : given;
  // With `never`, Codex declines the questions of MCP servers itself. They are not approvals, and there is a handler.
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
