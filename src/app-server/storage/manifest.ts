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
  const goal = await goalOf(connection, thread.id);
  const now = Date.now();
  return {
    format: 1,
    currentFile: thread.path === null ? null : path.basename(thread.path),
    ancestors,
    subagents: { ...before?.subagents, ...subagents },
    name: record.name,
    goal: goal === undefined ? (before?.goal ?? null) : goal,
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

/** What a session tells of a thread's data in the store. */
interface StoredData {
  manifest: ThreadManifest | null;
  /** Whether this CODEX_HOME was the last one to write the thread. */
  ownsLocal: boolean;
}

/**
 * Restores data that Codex keeps only in its databases, for a thread from the store.
 * @returns false if Codex has newer data, which the store should get.
 */
export async function restoreMetadata(
  connection: Connection,
  thread: Thread,
  { manifest, ownsLocal }: StoredData,
): Promise<boolean> {
  if (!manifest) return false;
  const { id: threadId } = thread;
  const { name } = manifest;
  const mustRename = name !== thread.name && name !== null;
  if (mustRename && ownsLocal && thread.name !== null) return false;
  if (mustRename) await connection.request("thread/name/set", { threadId, name });
  const local = await goalOf(connection, threadId);
  if (local === undefined || isSameGoal(manifest.goal, local)) return true;
  if (ownsLocal && local) return false;
  await setGoal(connection, threadId, manifest.goal);
  return true;
}

/**
 * Replaces the goal that this CODEX_HOME has of a thread which another machine continued. Before the thread is resumed:
 * with a goal that is active here, Codex would start turns on its own.
 */
export async function replaceGoal(
  connection: Connection,
  threadId: string,
  manifest: ThreadManifest | null,
): Promise<void> {
  const local = await goalOf(connection, threadId);
  if (manifest && local && !isSameGoal(manifest.goal, local)) await setGoal(connection, threadId, manifest.goal);
}

async function setGoal(connection: Connection, threadId: string, goal: ManifestGoal | null): Promise<void> {
  if (!goal) return void (await connection.request("thread/goal/clear", { threadId }));
  const { objective, tokenBudget } = goal;
  await connection.request("thread/goal/set", { threadId, objective, tokenBudget, status: restoredStatus(goal) });
}

/** Whether Codex has the goal as it would be restored. */
function isSameGoal(goal: ManifestGoal | null, local: ManifestGoal | null): boolean {
  if (!goal || !local) return !goal && !local;
  const isSame = local.objective === goal.objective && local.tokenBudget === goal.tokenBudget;
  return isSame && local.status === restoredStatus(goal);
}

/** With an active goal, Codex would start turns on its own. */
function restoredStatus({ status }: ManifestGoal): (typeof statuses)[number] {
  return status === "active" ? "paused" : (statuses.find((known) => known === status) ?? "paused");
}

/** Null without a goal; undefined where Codex does not support goals. */
async function goalOf(connection: Connection, threadId: string): Promise<ManifestGoal | null | undefined> {
  try {
    const { goal } = await connection.request("thread/goal/get", { threadId });
    return goal && { objective: goal.objective, status: goal.status, tokenBudget: goal.tokenBudget };
  } catch (error) {
    // The feature may be turned off.
    if (error instanceof RpcError) return undefined;
    throw error;
  }
}

const statuses = ["active", "paused", "blocked", "usageLimited", "budgetLimited", "complete"] as const;
