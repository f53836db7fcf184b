// Converts app-server's notifications outside turns to those of this SDK.
import type { CodexNotification } from "../../notifications/notifications.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import type { ThreadActiveFlag } from "../protocol/v2/ThreadActiveFlag.js";
import type { KnownRateLimits } from "./rate-limits.js";
import { toStatus, toThreadRecord } from "./to-thread-record.js";

/** Undefined for a notification of a turn. `isHandled` states that the thread has a turn that also receives it. */
export function toNotification(
  { method, params }: ServerNotification,
  isHandled: boolean,
  limits: KnownRateLimits,
): CodexNotification | undefined {
  switch (method) {
    case "thread/started":
      return { type: "thread.opened", thread: toThreadRecord(params.thread) };
    case "thread/name/updated":
      return { type: "thread.renamed", threadId: params.threadId, name: params.threadName ?? null };
    case "thread/archived":
      return { type: "thread.archived", threadId: params.threadId };
    case "thread/unarchived":
      return { type: "thread.unarchived", threadId: params.threadId };
    case "thread/deleted":
      return { type: "thread.deleted", threadId: params.threadId };
    case "thread/closed":
      return { type: "thread.closed", threadId: params.threadId };
    case "thread/status/changed": {
      const flags = params.status.type === "active" ? params.status.activeFlags : [];
      const waitingFor = flags.map((flag) => waits[flag]);
      return { type: "thread.status_changed", threadId: params.threadId, status: toStatus(params.status), waitingFor };
    }
    case "account/updated":
      return { type: "account.updated", authMode: params.authMode, plan: params.planType };
    case "account/login/completed":
      return {
        type: "account.login_completed",
        loginId: params.loginId,
        success: params.success,
        error: params.error,
      };
    case "account/rateLimits/updated": {
      const rateLimits = limits.update(params.rateLimits);
      return rateLimits ? { type: "account.rate_limits_updated", rateLimits } : undefined;
    }
    case "configWarning":
      return { type: "config.warning", summary: params.summary, details: params.details, path: params.path ?? null };
    case "deprecationNotice":
      return { type: "deprecation", summary: params.summary, details: params.details };
    case "warning":
    case "guardianWarning":
      return isHandled ? undefined : { type: "warning", message: params.message, threadId: params.threadId };
    case "mcpServer/startupStatus/updated":
      return {
        type: "mcp_server.status_changed",
        server: params.name,
        status: params.status,
        error: params.error,
        threadId: params.threadId,
      };
    default:
      return isOfTurn(method, params) ? undefined : { type: "unknown", method, params };
  }
}

const waits: Record<ThreadActiveFlag, "approval" | "user_input"> = {
  waitingOnApproval: "approval",
  waitingOnUserInput: "user_input",
};

function isOfTurn(method: string, params: unknown): boolean {
  if (method === "serverRequest/resolved") return true;
  if (typeof params !== "object" || params === null) return false;
  return ("turnId" in params && params.turnId !== null) || "turn" in params;
}
