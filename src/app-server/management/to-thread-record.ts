// Converts a thread of the protocol to a `ThreadRecord`.
import path from "node:path";
import type { ThreadRecord, ThreadStatus } from "../../records/thread-record.js";
import type { SessionSource } from "../protocol/v2/SessionSource.js";
import type { Thread } from "../protocol/v2/Thread.js";
import type { ThreadStatus as ProtocolStatus } from "../protocol/v2/ThreadStatus.js";

export function toThreadRecord(thread: Thread, snippet?: string): ThreadRecord {
  return {
    id: thread.id,
    name: thread.name,
    preview: thread.preview,
    ...(snippet !== undefined && { snippet }),
    createdAt: toDate(thread.createdAt),
    updatedAt: toDate(thread.updatedAt),
    lastUsedAt: thread.recencyAt === null ? null : toDate(thread.recencyAt),
    cwd: thread.cwd,
    git: thread.gitInfo,
    model: thread.model,
    modelProvider: thread.modelProvider,
    modelReasoningEffort: thread.reasoningEffort,
    source: toSource(thread.source),
    threadSource: thread.threadSource,
    status: toStatus(thread.status),
    archived: isArchived(thread),
    ephemeral: thread.ephemeral,
    forkedFromId: thread.forkedFromId,
    parentThreadId: thread.parentThreadId,
    path: thread.path,
    codexVersion: thread.cliVersion,
  };
}

export function isArchived(thread: Pick<Thread, "path">): boolean {
  return thread.path !== null && thread.path.split(path.sep).includes("archived_sessions");
}

/** Codex's times are in seconds. */
export function toDate(seconds: number): Date {
  return new Date(seconds * 1_000);
}

export function toStatus(status: ProtocolStatus): ThreadStatus {
  return statuses[status.type];
}

const statuses = { notLoaded: "not_loaded", idle: "idle", systemError: "system_error", active: "active" } as const;

function toSource(source: SessionSource): ThreadRecord["source"] {
  if (typeof source === "string") return source === "appServer" ? "app_server" : source;
  return "custom" in source ? source.custom : "subagent";
}
