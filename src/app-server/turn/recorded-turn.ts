// Reads a turn from Codex's record, for when its notifications were lost.
import type { Connection } from "../connection/connection.js";
import type { Turn } from "../protocol/v2/Turn.js";

/** Selects a turn by ID; or, while the ID is unknown, the newest turn that started after a time and is not `before`. */
export type TurnQuery = { id: string } | { startedAfter: Date; notId: string | null };

/** Covers the turns below a review. */
const newest = 10;

/** Undefined if the turn does not exist, and if the record cannot be read. */
export async function recordedTurn(
  connection: Connection,
  threadId: string,
  query: TurnQuery,
): Promise<Turn | undefined> {
  const params = { threadId, limit: newest, itemsView: "full" as const };
  const page = await connection.request("thread/turns/list", params).catch(() => undefined);
  return page?.data.find((turn) => ("id" in query ? turn.id === query.id : isNew(turn, query)));
}

function isNew(turn: Turn, { startedAfter, notId }: { startedAfter: Date; notId: string | null }): boolean {
  // Codex's times are in whole seconds.
  const earliest = Math.floor(startedAfter.getTime() / 1_000);
  return turn.id !== notId && turn.startedAt !== null && turn.startedAt >= earliest;
}
