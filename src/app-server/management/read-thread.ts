// Reads a thread with its turns, page by page.
import type { StoredThread } from "../../records/turn-record.js";
import type { Connection } from "../connection/connection.js";
import type { ThreadTurnsListResponse } from "../protocol/v2/ThreadTurnsListResponse.js";
import type { Turn } from "../protocol/v2/Turn.js";
import { recordedUsage } from "./recorded-usage.js";
import { toThreadRecord } from "./to-thread-record.js";
import { toTurnRecords } from "./to-turn-record.js";

const pageSize = 50;

export async function readThread(connection: Connection, threadId: string): Promise<StoredThread> {
  const { thread } = await connection.request("thread/read", { threadId });
  const turns = await readTurns(connection, threadId);
  const usage = await recordedUsage(connection, thread, turns);
  return { ...toThreadRecord(thread), turns: toTurnRecords(turns, thread.cwd, usage) };
}

async function readTurns(connection: Connection, threadId: string): Promise<Turn[]> {
  const turns: Turn[] = [];
  const cursors = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: ThreadTurnsListResponse = await connection.request("thread/turns/list", {
      threadId,
      cursor,
      limit: pageSize,
      sortDirection: "asc",
      itemsView: "full",
    });
    turns.push(...page.data);
    cursor = page.nextCursor;
    // A repeated cursor would lead to an endless loop.
    if (cursor === null || cursors.has(cursor)) break;
    cursors.add(cursor);
  } while (cursor !== null);
  return turns;
}
