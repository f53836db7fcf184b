// Converts a thread record to a list entry.
import type { ThreadRecord } from "../../index.js";
import type { ThreadSummary } from "../api.js";

const longestPreview = 500;

export function toSummary(thread: ThreadRecord, isRunning: boolean): ThreadSummary {
  const { id, name, preview, snippet, cwd, git, model, modelProvider, source, archived } = thread;
  return {
    id,
    name,
    preview: preview.slice(0, longestPreview),
    ...(snippet !== undefined && { snippet: snippet.slice(0, longestPreview) }),
    createdAt: thread.createdAt.toISOString(),
    updatedAt: (thread.lastUsedAt ?? thread.updatedAt).toISOString(),
    cwd,
    branch: git?.branch ?? null,
    model,
    modelProvider,
    source,
    isRunning: isRunning || thread.status === "active",
    archived,
    parentThreadId: thread.parentThreadId,
    forkedFromId: thread.forkedFromId,
  };
}
