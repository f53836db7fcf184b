// Codex's notifications outside turns.
import type { RateLimits } from "../account/account.js";
import type { ThreadRecord, ThreadStatus } from "../records/thread-record.js";

/** A thread was started, resumed or forked in this runtime. */
export interface ThreadOpenedNotification {
  type: "thread.opened";
  thread: ThreadRecord;
}

export interface ThreadRenamedNotification {
  type: "thread.renamed";
  threadId: string;
  name: string | null;
}

export interface ThreadArchivedNotification {
  type: "thread.archived";
  threadId: string;
}

export interface ThreadUnarchivedNotification {
  type: "thread.unarchived";
  threadId: string;
}

export interface ThreadDeletedNotification {
  type: "thread.deleted";
  threadId: string;
}

/** Codex has unloaded the thread. The next turn loads it again. */
export interface ThreadClosedNotification {
  type: "thread.closed";
  threadId: string;
}

export interface ThreadStatusNotification {
  type: "thread.status_changed";
  threadId: string;
  status: ThreadStatus;
  /** What the active thread is waiting for. */
  waitingFor: ("approval" | "user_input")[];
}

/** A login or logout, or a change of the plan. See `codex.account()`. */
export interface AccountUpdatedNotification {
  type: "account.updated";
  /** Codex's name for the current login method; null without a login. */
  authMode: string | null;
  plan: string | null;
}

export interface LoginCompletedNotification {
  type: "account.login_completed";
  /** The `id` of the login; null for an API key. */
  loginId: string | null;
  success: boolean;
  error: string | null;
}

/** Limits changed. Contains all values known so far. */
export interface RateLimitsNotification {
  type: "account.rate_limits_updated";
  rateLimits: RateLimits;
}

/** The configuration has a problem, and Codex continues without that setting. */
export interface ConfigWarningNotification {
  type: "config.warning";
  summary: string;
  details: string | null;
  /** The file with the problem. */
  path: string | null;
}

export interface DeprecationNotification {
  type: "deprecation";
  summary: string;
  details: string | null;
}

/** A warning of Codex outside turns. Warnings of a turn are `error` items in it. */
export interface WarningNotification {
  type: "warning";
  message: string;
  threadId: string | null;
}

export interface McpServerStatusNotification {
  type: "mcp_server.status_changed";
  server: string;
  /** Codex's state: `starting`, `ready`, `failed`, `cancelled`. */
  status: string;
  error: string | null;
  threadId: string | null;
}

/** Any other notification outside turns. */
export interface UnknownNotification {
  type: "unknown";
  method: string;
  params: unknown;
}

export type CodexNotification =
  | ThreadOpenedNotification
  | ThreadRenamedNotification
  | ThreadArchivedNotification
  | ThreadUnarchivedNotification
  | ThreadDeletedNotification
  | ThreadClosedNotification
  | ThreadStatusNotification
  | AccountUpdatedNotification
  | LoginCompletedNotification
  | RateLimitsNotification
  | ConfigWarningNotification
  | DeprecationNotification
  | WarningNotification
  | McpServerStatusNotification
  | UnknownNotification;

export type NotificationType = CodexNotification["type"];
export type NotificationOf<Type extends NotificationType> = Extract<CodexNotification, { type: Type }>;

/** All types. A listener for an unknown type would never be called. */
export const notificationTypes: Record<NotificationType, true> = {
  "thread.opened": true,
  "thread.renamed": true,
  "thread.archived": true,
  "thread.unarchived": true,
  "thread.deleted": true,
  "thread.closed": true,
  "thread.status_changed": true,
  "account.updated": true,
  "account.login_completed": true,
  "account.rate_limits_updated": true,
  "config.warning": true,
  deprecation: true,
  warning: true,
  "mcp_server.status_changed": true,
  unknown: true,
};
