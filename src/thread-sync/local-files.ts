// The files of a thread in a CODEX_HOME, and the claim that wrote them last.
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { isMissing } from "./tailed-file.js";

/** The rollouts of a thread by name, including revisions and archived ones. */
export async function localRollouts(codexHome: string, threadId: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const folder of ["sessions", "archived_sessions"]) {
    for (const entry of await entriesBelow(path.join(codexHome, folder))) {
      if (isRolloutOf(entry.name, threadId)) found.set(entry.name, path.join(entry.parentPath, entry.name));
    }
  }
  return found;
}

async function entriesBelow(folder: string) {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Whether a file belongs to the thread, by its name. */
export function isRolloutOf(name: string, threadId: string): boolean {
  if (!name.startsWith("rollout-") || !name.endsWith(".jsonl")) return false;
  return name.endsWith(`-${threadId}.jsonl`) || name.includes(`-${threadId}_`);
}

/** The local path of a stored file. Codex searches all folders, and sorts by the date in the name. */
export function pathForRollout(codexHome: string, name: string): string {
  const [, year, month, day] = /^rollout-(\d{4})-(\d{2})-(\d{2})T/.exec(name) ?? [];
  return path.join(codexHome, "sessions", year ?? "1970", month ?? "01", day ?? "01", name);
}

/** The recorded state of the local copy of a thread. */
export interface LocalState {
  /** The epoch under which Codex wrote to these files. */
  epoch: number;
}

/** The SDK's file in CODEX_HOME. */
export const stateFolder = "codex-sdk-store";

export async function readLocalState(codexHome: string, threadId: string): Promise<LocalState | undefined> {
  try {
    const state: unknown = JSON.parse(await readFile(statePath(codexHome, threadId), "utf8"));
    const isState = typeof state === "object" && state !== null && "epoch" in state && typeof state.epoch === "number";
    return isState ? { epoch: state.epoch as number } : undefined;
  } catch {
    // Without it, local bytes that the store does not contain are not trusted.
    return undefined;
  }
}

export async function writeLocalState(codexHome: string, threadId: string, state: LocalState): Promise<void> {
  const file = statePath(codexHome, threadId);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.tmp`, JSON.stringify(state));
  await rename(`${file}.tmp`, file);
}

export async function removeLocalState(codexHome: string, threadId: string): Promise<void> {
  await rm(statePath(codexHome, threadId), { force: true });
}

function statePath(codexHome: string, threadId: string): string {
  return path.join(codexHome, stateFolder, `${threadId}.json`);
}
