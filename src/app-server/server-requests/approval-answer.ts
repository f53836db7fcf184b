// Parses the answer of an approval handler.
import type { ApprovalDecision, ApprovalRequest } from "../../approvals/approval.js";
import { isJsonObject } from "../../internal/json.js";

/** A valid answer. */
export interface ApprovalResult {
  decision: ApprovalDecision;
  /** Sent to the agent. */
  reason?: string | undefined;
}

/** Undefined for an invalid answer, and for one that this request does not accept. */
export function readApprovalAnswer(answer: unknown, { answers }: ApprovalRequest): ApprovalResult | undefined {
  if (answer === undefined) return { decision: "decline" };
  const { decision, reason } = isJsonObject(answer) ? answer : { decision: answer, reason: undefined };
  const known = answers.find((each) => each === decision);
  if (known === undefined || (reason !== undefined && typeof reason !== "string")) return undefined;
  return { decision: known, ...(known === "decline" && reason !== undefined && reason.trim() !== "" && { reason }) };
}
