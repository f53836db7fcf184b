// Files of threads in Codex's format, and copies of them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Every thread's file below CODEX_HOME. */
export function rolloutFiles(codexHome: string): string[] {
  return readdirSync(codexHome, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.startsWith("rollout-"))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

export interface Copies {
  /** The thread in `file`. */
  threadId: string;
  count: number;
  /** Its prompt, which each copy repeats with its number. */
  prompt: string;
}

/** Copies of a thread under new IDs, one a minute from the first of January 2026 on. Returns their IDs. */
export function copyThread(file: string, { threadId, count, prompt }: Copies): string[] {
  const text = readFileSync(file, "utf8");
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const id = threadId.slice(0, 24) + String(number).padStart(12, "0");
    const date = new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString();
    const copy = text
      .replaceAll(threadId, id)
      .replaceAll(prompt, `${prompt} ${number}`)
      .replaceAll(/"timestamp":"[^"]*"/g, `"timestamp":"${date}"`);
    writeRollout(path.dirname(file), id, date, copy);
    ids.push(id);
  }
  return ids;
}

export function writeRollout(directory: string, id: string, date: string, text: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, `rollout-${date.slice(0, 19).replaceAll(":", "-")}-${id}.jsonl`), text);
}
