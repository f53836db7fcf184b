// Converts Codex's report of a thread to a manifest, and vice versa.
import path from "node:path";
import { readSavedSandbox } from "../../rollouts/saved-sandbox.js";
import type { ManifestGoal, ThreadManifest } from "../../thread-store/thread-manifest.js";
import type { Connection } from "../connection/connection.js";
import { RpcError } from "../errors/rpc-error.js";
import { toThreadRecord } from "../management/to-thread-record.js";
import type { Thread } from "../protocol/v2/Thread.js";

export interface Reported {
  connection: Connection;
  thread: Thread;
  /** The threads whose files it requires, the oldest first. */
  ancestors: readonly string[];
  /** The files of its sub-agents by thread ID. */
  subagents: Readonly<Record<string, string>>;
  /** Whether a turn used the thread. A new name or goal does not. */
  wasUsed: boolean;
}

/** The manifest with the current time. */
export function updatedNow(manifest: ThreadManifest, wasUsed: boolean): ThreadManifest {
  const now = Date.now();
  return { ...manifest, updatedAt: now, lastUsedAt: wasUsed ? now : manifest.lastUsedAt };
}

export async function toManifest(before: ThreadManifest | null, reported: Reported): Promise<ThreadManifest> {
  const { connection, thread, ancestors, subagents, wasUsed } = reported;
  const record = toThreadRecord(thread);
  const saved = thread.path === null ? undefined : await readSavedSandbox(thread.path);
  const now = Date.now();
  return {
    format: 1,
    currentFile: thread.path === null ? null : path.basename(thread.path),
    ancestors,
    subagents: { ...before?.subagents, ...subagents },
    name: record.name,
    goal: await goalOf(connection, thread.id),
    git: record.git && { sha: record.git.sha, branch: record.git.branch, originUrl: record.git.originUrl },
    archived: before?.archived ?? false,
    settings: {
      model: record.model,
      modelReasoningEffort: record.modelReasoningEffort,
      modelProvider: record.modelProvider,
      sandboxMode: saved?.sandbox?.mode ?? null,
      workingDirectory: record.cwd,
    },
    preview: record.preview,
    source: record.source,
    threadSource: record.threadSource,
    forkedFromId: record.forkedFromId,
    parentThreadId: record.parentThreadId,
    codexVersion: record.codexVersion,
    createdAt: before?.createdAt ?? record.createdAt.getTime(),
    updatedAt: now,
    lastUsedAt: wasUsed || before === null ? now : before.lastUsedAt,
  };
}

/** Restores data that Codex keeps only in its databases, for a thread from the store. */
export async function restoreMetadata(
  connection: Connection,
  thread: Thread,
  manifest: ThreadManifest | null,
): Promise<void> {
  if (!manifest) return;
  const { id: threadId } = thread;
  const { name, goal } = manifest;
  if (name !== null && name !== thread.name) await connection.request("thread/name/set", { threadId, name });
  if (!goal || isSameGoal(goal, await goalOf(connection, threadId))) return;
  const { objective, tokenBudget } = goal;
  // With an active goal, Codex would start turns on its own.
  const status = goal.status === "active" ? "paused" : toStatus(goal.status);
  await connection.request("thread/goal/set", { threadId, objective, tokenBudget, status });
}

function isSameGoal(goal: ManifestGoal, local: ManifestGoal | null): boolean {
  return local?.objective === goal.objective && local.tokenBudget === goal.tokenBudget;
}

async function goalOf(connection: Connection, threadId: string): Promise<ManifestGoal | null> {
  try {
    const { goal } = await connection.request("thread/goal/get", { threadId });
    return goal && { objective: goal.objective, status: goal.status, tokenBudget: goal.tokenBudget };
  } catch (error) {
    // The feature may be turned off.
    if (error instanceof RpcError) return null;
    throw error;
  }
}

const statuses = ["active", "paused", "blocked", "usageLimited", "budgetLimited", "complete"] as const;

function toStatus(status: string): (typeof statuses)[number] {
  return statuses.find((known) => known === status) ?? "paused";
}
