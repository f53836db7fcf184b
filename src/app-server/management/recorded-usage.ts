// The recorded tokens of each turn: of a thread, of the threads that it was forked from, and of their sub-agents.
import { RecordedUsage } from "../../rollouts/recorded-usage.js";
import { childFiles } from "../../rollouts/child-files.js";
import type { Connection } from "../connection/connection.js";
import { RpcError } from "../errors/rpc-error.js";
import type { Thread } from "../protocol/v2/Thread.js";
import type { ThreadListResponse } from "../protocol/v2/ThreadListResponse.js";
import type { Turn } from "../protocol/v2/Turn.js";

/** How many ancestors of a fork are read. */
const mostForks = 50;
/** How many pages of sub-agents are read. */
const mostPages = 50;

/** The early turns of a fork are in the file of its source thread. */
export async function recordedUsage(
  connection: Connection,
  thread: Thread,
  turns: readonly Turn[],
): Promise<RecordedUsage> {
  const usage = new RecordedUsage();
  let source: Thread | undefined = thread;
  for (let forks = 0; source && forks < mostForks; forks++) {
    if (source.path !== null) {
      await usage.readThread(source.path);
      await readReviews(usage, source.id, source.path, turns);
    }
    await readSubagents(usage, connection, source.id);
    source = source.forkedFromId === null ? undefined : await readRecord(connection, source.forkedFromId);
  }
  return usage;
}

/** A review is recorded as a separate turn below the turn that requested it. */
async function readReviews(
  usage: RecordedUsage,
  threadId: string,
  file: string,
  turns: readonly Turn[],
): Promise<void> {
  for (const { id, rootTurnId, startedAt, completedAt } of turns) {
    if (rootTurnId === null || rootTurnId === id || startedAt === null) continue;
    const endedAtMs = completedAt === null ? Date.now() : completedAt * 1_000;
    const children = await childFiles(file, threadId, { startedAtMs: startedAt * 1_000, endedAtMs });
    for (const child of children) if (child.isReview) await usage.readReview(child.file, rootTurnId);
  }
}

async function readSubagents(usage: RecordedUsage, connection: Connection, ancestorThreadId: string): Promise<void> {
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const answer: ThreadListResponse = await connection.request("thread/list", {
      ancestorThreadId,
      cursor,
      useStateDbOnly: true,
    });
    for (const { id, path } of answer.data) if (path !== null) await usage.readSubagent(path, id);
    cursor = answer.nextCursor;
    if (cursor === null) return;
  }
}

async function readRecord(connection: Connection, threadId: string): Promise<Thread | undefined> {
  try {
    return (await connection.request("thread/read", { threadId })).thread;
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    throw error;
  }
}
