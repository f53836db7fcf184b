// Reads what a handler answered.
import type { ApprovalDecision, ApprovalRequest } from "../../approvals/approval.js";
import { isJsonObject } from "../../internal/json.js";

/** An answer that was understood. */
export interface Verdict {
  decision: ApprovalDecision;
  /** Told to the agent. */
  reason?: string | undefined;
}

/** Undefined for what is no answer, or none to this request. */
export function readVerdict(answer: unknown, { answers }: ApprovalRequest): Verdict | undefined {
  if (answer === undefined) return { decision: "decline" };
  const { decision, reason } = isJsonObject(answer) ? answer : { decision: answer, reason: undefined };
  const known = answers.find((each) => each === decision);
  if (known === undefined || (reason !== undefined && typeof reason !== "string")) return undefined;
  return { decision: known, ...(known === "decline" && reason !== undefined && reason.trim() !== "" && { reason }) };
}
