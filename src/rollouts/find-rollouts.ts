// Finds rollouts: `$CODEX_HOME/sessions/YYYY/MM/DD/rollout-<time>-<thread id>.jsonl`.
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { readSessionMeta } from "./read-records.js";

/** The ID of the most recently used thread of this directory. */
export async function newestThreadIn(codexHome: string, workingDirectory: string): Promise<string | undefined> {
  const directories = new Set([workingDirectory, await realpath(workingDirectory).catch(() => workingDirectory)]);
  const rollouts = await newestFirst(codexHome);
  for (const file of rollouts) {
    const meta = await readSessionMeta(file);
    // The source of a sub-agent's thread is an object.
    if (typeof meta?.["source"] !== "string" || !directories.has(String(meta["cwd"]))) continue;
    if (typeof meta["id"] === "string") return meta["id"];
  }
  return undefined;
}

/** The path of the rollout of this thread. */
export async function findRollout(codexHome: string, threadId: string): Promise<string | undefined> {
  const creationDay = dayOf(threadId);
  const days = await dayDirectories(codexHome);
  const nearestFirst = days.toSorted((a, b) => Math.abs(a.time - creationDay) - Math.abs(b.time - creationDay));
  for (const { directory } of nearestFirst) {
    const name = (await list(directory)).find((name) => name.endsWith(`-${threadId}.jsonl`));
    if (name !== undefined) return path.join(directory, name);
  }
  return undefined;
}

/** A thread ID is a UUID version 7, which begins with the time of creation. */
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
  const filesWithTime = await Promise.all(files.flat().map(async (file) => ({ file, time: await modifiedAt(file) })));
  return filesWithTime.toSorted((a, b) => b.time - a.time).map(({ file }) => file);
}

async function modifiedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function list(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}
