// A turn as Codex has recorded it, for when its notifications were lost.
import type { Connection } from "../connection/connection.js";
import type { Turn } from "../protocol/v2/Turn.js";

/** The turn with an ID; or, while the ID is unknown, the newest turn that began after a time and is not the one before. */
export type TurnQuery = { id: string } | { startedAfter: Date; notId: string | null };

/** As many as the turns below a review, and some. */
const newest = 10;

/** Undefined if there is no such turn, and if the record cannot be read. */
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
  // Codex counts in whole seconds.
  const earliest = Math.floor(startedAfter.getTime() / 1_000);
  return turn.id !== notId && turn.startedAt !== null && turn.startedAt >= earliest;
}
