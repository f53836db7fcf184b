// Responses to requests without a running turn: they are declined immediately.
import type { ServerRequest } from "../protocol/ServerRequest.js";
import { declined } from "./elicitation.js";
import { unanswered } from "./user-input.js";

/** Undefined for a request that the SDK does not know. Codex then receives an error. */
export function unattendedReply({ method }: ServerRequest): object | undefined {
  switch (method) {
    case "item/commandExecution/requestApproval":
    case "item/fileChange/requestApproval":
      return { decision: "decline" };
    case "item/permissions/requestApproval":
      return { permissions: {}, scope: "turn" };
    // The form of requests before Codex had items.
    case "applyPatchApproval":
    case "execCommandApproval":
      return { decision: { denied: { rejection: "No handler is available to approve the request." } } };
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
