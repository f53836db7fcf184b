// Answers to requests that no running turn takes: no, at once.
import type { ServerRequest } from "../protocol/ServerRequest.js";
import { declined } from "./elicitation.js";
import { unanswered } from "./user-input.js";

/** Undefined for what this SDK knows no answer to; codex is then told so. */
export function unattendedReply({ method }: ServerRequest): object | undefined {
  switch (method) {
    case "item/commandExecution/requestApproval":
    case "item/fileChange/requestApproval":
      return { decision: "decline" };
    case "item/permissions/requestApproval":
      return { permissions: {}, scope: "turn" };
    // As codex asked before it had items.
    case "applyPatchApproval":
    case "execCommandApproval":
      return { decision: { denied: { rejection: "Nobody is there to approve it." } } };
    case "item/tool/requestUserInput":
      return unanswered;
    case "mcpServer/elicitation/request":
      return declined;
    case "currentTime/read":
      return { currentTimeAt: Math.floor(Date.now() / 1_000) };
    case "item/tool/call":
    case "account/chatgptAuthTokens/refresh":
    case "attestation/generate":
      return undefined;
  }
}
