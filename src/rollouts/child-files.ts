// Finds the rollouts of threads that a turn started: sub-agents, and reviews, which the protocol does not list.
import { open, readdir } from "node:fs/promises";
import path from "node:path";

/** The recorded times of a turn have a precision of one second. */
const toleranceMs = 2_000;
const dayMs = 24 * 60 * 60 * 1_000;
/** The first line begins with the IDs, followed by the instructions. */
const headBytes = 2_048;

export interface ChildFile {
  file: string;
  threadId: string;
  isReview: boolean;
}

export interface Span {
  startedAtMs: number;
  endedAtMs: number;
}

/** The rollouts of threads that the thread started in a period. `file` is the rollout of the thread itself. */
export async function childFiles(file: string, threadId: string, span: Span): Promise<ChildFile[]> {
  // <home>/sessions/YYYY/MM/DD/rollout-<time>-<id>.jsonl, the folders in local time.
  const sessions = path.resolve(path.dirname(file), "../../..");
  const found: ChildFile[] = [];
  for (let atMs = span.startedAtMs - dayMs; atMs <= span.endedAtMs + dayMs; atMs += dayMs) {
    found.push(...(await childrenIn(path.join(sessions, dayFolder(atMs)), threadId, span)));
  }
  return found;
}

async function childrenIn(directory: string, parentId: string, { startedAtMs, endedAtMs }: Span): Promise<ChildFile[]> {
  const children: ChildFile[] = [];
  for (const name of await readdir(directory).catch(() => [])) {
    const threadId = idPattern.exec(name)?.[1];
    if (threadId === undefined) continue;
    const createdAtMs = creationTime(threadId);
    if (createdAtMs < startedAtMs - toleranceMs || createdAtMs > endedAtMs + toleranceMs) continue;
    const file = path.join(directory, name);
    const head = await readHead(file);
    if (!head.includes(`"parent_thread_id":"${parentId}"`)) continue;
    children.push({ file, threadId, isReview: head.includes('"subagent":"review"') });
  }
  return children;
}

const idPattern = /-([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl$/;

function dayFolder(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10).replaceAll("-", path.sep);
}

/** A thread's ID is a UUID version 7, whose first 48 bits are its time. */
export function creationTime(threadId: string): number {
  return Number.parseInt(threadId.replaceAll("-", "").slice(0, 12), 16);
}

async function readHead(file: string): Promise<string> {
  try {
    const handle = await open(file, "r");
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return "";
  }
}
