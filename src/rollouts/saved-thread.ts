// Reads what a thread's rollout records about it: its provider, directory, tokens and sandbox.
import { noUsage, readUsage } from "../events/usage.js";
import type { Usage } from "../events/events.js";
import { isJsonObject } from "../internal/json.js";
import { findRollout } from "./find-rollouts.js";
import { lastPayloadWith, readSessionMeta } from "./read-records.js";

export interface SavedThread {
  /** The rollout's path. */
  file: string;
  modelProvider: string | undefined;
  /** The directory of its last turn. */
  cwd: string | undefined;
  /** The thread's tokens so far; undefined if unknown. */
  total: Usage | undefined;
}

/** Undefined if the thread was not saved. */
export async function readSavedThread(codexHome: string, threadId: string): Promise<SavedThread | undefined> {
  const file = await findRollout(codexHome, threadId);
  if (file === undefined) return undefined;
  const [meta, counted, turn] = await Promise.all([
    readSessionMeta(file),
    lastPayloadWith(file, '"total_token_usage"'),
    lastPayloadWith(file, '"turn_context"'),
  ]);
  const provider = meta?.["model_provider"];
  const cwd = turn?.["cwd"] ?? meta?.["cwd"];
  return {
    file,
    modelProvider: typeof provider === "string" ? provider : undefined,
    cwd: typeof cwd === "string" ? cwd : undefined,
    total: counted === null ? noUsage : totalIn(counted?.["info"]),
  };
}

function totalIn(info: unknown): Usage | undefined {
  return isJsonObject(info) ? readUsage(info["total_token_usage"]) : undefined;
}
