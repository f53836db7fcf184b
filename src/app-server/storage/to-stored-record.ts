// Converts a thread of a store to a `ThreadRecord`.
import type { ThreadRecord } from "../../records/thread-record.js";
import type { ThreadManifest } from "../../thread-store/thread-manifest.js";

export function toStoredRecord(threadId: string, manifest: ThreadManifest, snippet?: string): ThreadRecord {
  const { settings } = manifest;
  return {
    id: threadId,
    name: manifest.name,
    preview: manifest.preview,
    ...(snippet !== undefined && { snippet }),
    createdAt: new Date(manifest.createdAt),
    updatedAt: new Date(manifest.updatedAt),
    lastUsedAt: manifest.lastUsedAt === null ? null : new Date(manifest.lastUsedAt),
    cwd: settings.workingDirectory,
    git: manifest.git,
    model: settings.model,
    modelProvider: settings.modelProvider,
    modelReasoningEffort: settings.modelReasoningEffort,
    source: manifest.source,
    threadSource: manifest.threadSource,
    status: "not_loaded",
    archived: manifest.archived,
    ephemeral: false,
    forkedFromId: manifest.forkedFromId,
    parentThreadId: manifest.parentThreadId,
    path: null,
    codexVersion: manifest.codexVersion,
  };
}
