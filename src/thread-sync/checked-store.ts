// Validates the responses of a store. Its content may be damaged, written by a newer version of this SDK, or written by
// an attacker who wants to reach other files through names and IDs.
import { StoreError } from "../errors/errors.js";
import { isJsonObject } from "../internal/json.js";
import type { Claim, ClaimOptions, ThreadHead } from "../thread-store/thread-head.js";
import type { ThreadManifest } from "../thread-store/thread-manifest.js";
import type { FileRange, ThreadStore } from "../thread-store/thread-store.js";

const safeId = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
const rolloutName = /^rollout-[A-Za-z0-9._-]{1,220}\.jsonl$/;
/** The maximum number of ancestors and agents. */
const mostThreads = 10_000;

export function checkedStore(store: ThreadStore): ThreadStore {
  return {
    leaseMs: store.leaseMs,
    check: async () => store.check(),
    claim: async (threadId, options) => {
      const claimed = await store.claim(threadId, options);
      const { claim, head } = isJsonObject(claimed) ? claimed : { claim: undefined, head: undefined };
      if (!isJsonObject(claim) || !isClaim(claim, threadId, options)) throw damaged(threadId, "claim");
      const checked = checkedHead(threadId, head);
      if (checked.epoch >= claim.epoch) throw damaged(threadId, "claim.epoch");
      return { claim, head: checked };
    },
    renew: async (claim) => store.renew(claim),
    release: async (claim) => store.release(claim),
    append: async (claim, append) => store.append(claim, append),
    read: async (threadId, file, range) => checkedBytes(threadId, await store.read(threadId, file, range), range),
    head: async (threadId) => {
      const head = await store.head(threadId);
      return head === undefined ? undefined : checkedHead(threadId, head);
    },
    mark: async (threadId, key) => store.mark(threadId, key),
    list: async (query) => {
      const page = await store.list(query);
      if (!isJsonObject(page) || !Array.isArray(page.threads)) throw damaged("", "list");
      const { threads, next } = page;
      if (next !== null && (typeof next !== "string" || next === query?.after)) throw damaged("", "list");
      // A damaged thread must not hide the others.
      return { threads: threads.filter(isListable), next };
    },
    delete: async (claim) => store.delete(claim),
    // The caller closes the store that it created.
  };
}

function isClaim(claim: Claim, threadId: string, { owner, ttlMs }: ClaimOptions): boolean {
  return claim.threadId === threadId && isCount(claim.epoch) && claim.owner === owner && claim.ttlMs === ttlMs;
}

function isListable(head: ThreadHead): boolean {
  try {
    return checkedHead(head.threadId, head).manifest !== null;
  } catch {
    return false;
  }
}

function checkedBytes(threadId: string, bytes: unknown, range: FileRange | undefined): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw damaged(threadId, "bytes");
  if (range && bytes.length > range.end - range.start) throw damaged(threadId, "bytes");
  return bytes;
}

function checkedHead(threadId: string, head: unknown): ThreadHead {
  if (!isJsonObject(head) || !isId(threadId) || head["threadId"] !== threadId) throw damaged(threadId, "threadId");
  if (!isCount(head["epoch"])) throw damaged(threadId, "epoch");
  if (!isCount(head["version"])) throw damaged(threadId, "version");
  if (!isRecordOf(head["files"], isRolloutName, isStoredFile)) throw damaged(threadId, "files");
  const manifest = head["manifest"];
  if (manifest !== null) checkManifest(threadId, manifest);
  // All parts were validated except `lease`, which is only displayed.
  return head as unknown as ThreadHead;
}

/** Validates the parts that affect the SDK. The rest is only displayed. */
function checkManifest(threadId: string, manifest: unknown): void {
  if (!isJsonObject(manifest)) throw damaged(threadId, "manifest");
  const { format } = manifest;
  if (format !== 1) {
    if (!isCount(format) || format < 1) throw damaged(threadId, "manifest.format");
    throw new StoreError(
      `Thread ${threadId} was written by a newer version of this SDK (format ${format}). Update the SDK.`,
      { isRetryable: false },
    );
  }
  const known: Partial<Record<keyof ThreadManifest, boolean>> = {
    currentFile: manifest["currentFile"] === null || isRolloutName(manifest["currentFile"]),
    ancestors: isListOf(manifest["ancestors"], (each) => isId(each) && each !== threadId),
    subagents: isRecordOf(manifest["subagents"], isId, isRolloutName),
    name: isTextOrNull(manifest["name"]),
    preview: typeof manifest["preview"] === "string",
    source: typeof manifest["source"] === "string",
    archived: typeof manifest["archived"] === "boolean",
    createdAt: Number.isFinite(manifest["createdAt"]),
    updatedAt: Number.isFinite(manifest["updatedAt"]),
    lastUsedAt: manifest["lastUsedAt"] === null || Number.isFinite(manifest["lastUsedAt"]),
    goal: manifest["goal"] === null || isGoal(manifest["goal"]),
    settings: isSettings(manifest["settings"]),
  };
  for (const [part, isRight] of Object.entries(known)) if (!isRight) throw damaged(threadId, `manifest.${part}`);
}

function isGoal(goal: unknown): boolean {
  if (!isJsonObject(goal) || typeof goal["objective"] !== "string" || typeof goal["status"] !== "string") return false;
  return goal["tokenBudget"] === null || Number.isFinite(goal["tokenBudget"]);
}

function isSettings(settings: unknown): boolean {
  if (!isJsonObject(settings)) return false;
  const { model, modelReasoningEffort, modelProvider, sandboxMode, workingDirectory } = settings;
  const areTexts = typeof modelProvider === "string" && typeof workingDirectory === "string";
  return areTexts && [model, modelReasoningEffort, sandboxMode].every(isTextOrNull);
}

function isStoredFile(file: unknown): boolean {
  return isJsonObject(file) && isCount(file["size"]) && /^[0-9a-f]{64}$/.test(String(file["sha256"]));
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === "string";
}

function isId(value: unknown): value is string {
  return typeof value === "string" && safeId.test(value);
}

function isRolloutName(value: unknown): boolean {
  return typeof value === "string" && rolloutName.test(value);
}

function isListOf(value: unknown, isEach: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= mostThreads && value.every(isEach);
}

function isRecordOf(value: unknown, isKey: (key: string) => boolean, isEach: (each: unknown) => boolean): boolean {
  if (!isJsonObject(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= mostThreads && entries.every(([key, each]) => isKey(key) && isEach(each));
}

function damaged(threadId: string, part: string): StoreError {
  const what = threadId === "" ? "The thread store" : `Thread ${JSON.stringify(threadId.slice(0, 128)).slice(1, -1)}`;
  return new StoreError(
    `${what} is damaged: the store returned an invalid \`${part}\`. Restore it from a backup, or delete the thread.`,
    { isRetryable: false },
  );
}
