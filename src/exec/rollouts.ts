// Threads as codex has saved them: `$CODEX_HOME/sessions/YYYY/MM/DD/rollout-<time>-<thread id>.jsonl`.
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { isJsonObject, type JsonObject } from "../internal/json.js";
import { firstLine, lastLineWith } from "./output/read-lines.js";
import type { Usage } from "../events/events.js";
import { noUsage, readUsage } from "./output/exec-usage.js";

export interface SavedThread {
  modelProvider: string | undefined;
  /** The conversation's tokens so far; undefined where that is not known. */
  total: Usage | undefined;
}

/** What was saved of the thread; undefined when nothing was. */
export async function readSavedThread(codexHome: string, threadId: string): Promise<SavedThread | undefined> {
  const file = await findRollout(codexHome, threadId);
  if (file === undefined) return undefined;
  const [meta, counted] = await Promise.all([sessionMeta(file), lastLineWith(file, '"total_token_usage"')]);
  const provider = meta?.["model_provider"];
  return {
    modelProvider: typeof provider === "string" ? provider : undefined,
    total: totalIn(counted),
  };
}

/** The id of the thread of this directory that was used last. */
export async function newestThreadIn(codexHome: string, workingDirectory: string): Promise<string | undefined> {
  const directories = new Set([workingDirectory, await realpath(workingDirectory).catch(() => workingDirectory)]);
  const rollouts = await newestFirst(codexHome);
  for (const file of rollouts) {
    const meta = await sessionMeta(file);
    // Threads of subagents have a source that is an object.
    if (typeof meta?.["source"] !== "string" || !directories.has(String(meta["cwd"]))) continue;
    if (typeof meta["id"] === "string") return meta["id"];
  }
  return undefined;
}

async function findRollout(codexHome: string, threadId: string): Promise<string | undefined> {
  const born = dayOf(threadId);
  const days = await dayDirectories(codexHome);
  const nearestFirst = days.toSorted((a, b) => Math.abs(a.time - born) - Math.abs(b.time - born));
  for (const { directory } of nearestFirst) {
    const name = (await list(directory)).find((name) => name.endsWith(`-${threadId}.jsonl`));
    if (name !== undefined) return path.join(directory, name);
  }
  return undefined;
}

/** A thread's id begins with the time it was made (UUID version 7). */
function dayOf(threadId: string): number {
  return Number.parseInt(threadId.replaceAll("-", "").slice(0, 12), 16);
}

interface Day {
  directory: string;
  time: number;
}

async function dayDirectories(codexHome: string): Promise<Day[]> {
  const root = path.join(codexHome, "sessions");
  const years = await below(root);
  const months = (await Promise.all(years.map(below))).flat();
  const days = (await Promise.all(months.map(below))).flat();
  return days.map((directory) => ({ directory, time: Date.parse(directory.split(path.sep).slice(-3).join("-")) || 0 }));
}

async function below(directory: string): Promise<string[]> {
  return (await list(directory)).filter((name) => /^\d+$/.test(name)).map((name) => path.join(directory, name));
}

async function newestFirst(codexHome: string): Promise<string[]> {
  const days = await dayDirectories(codexHome);
  const files = await Promise.all(
    days.map(async ({ directory }) =>
      (await list(directory)).filter((name) => name.endsWith(".jsonl")).map((name) => path.join(directory, name)),
    ),
  );
  const dated = await Promise.all(files.flat().map(async (file) => ({ file, time: await modifiedAt(file) })));
  return dated.toSorted((a, b) => b.time - a.time).map(({ file }) => file);
}

async function modifiedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function sessionMeta(file: string): Promise<JsonObject | undefined> {
  return payloadOf(await firstLine(file));
}

function totalIn(line: string | null | undefined): Usage | undefined {
  if (line === null) return noUsage;
  const info = payloadOf(line)?.["info"];
  return isJsonObject(info) ? readUsage(info["total_token_usage"]) : undefined;
}

function payloadOf(line: string | undefined): JsonObject | undefined {
  try {
    const record: unknown = JSON.parse(line ?? "");
    return isJsonObject(record) && isJsonObject(record["payload"]) ? record["payload"] : undefined;
  } catch {
    return undefined;
  }
}

async function list(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}
