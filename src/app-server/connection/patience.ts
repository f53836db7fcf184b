// How long codex is waited for when a turn is to end: as long as it says anything at all, for it may be busy with others;
// but not for ever.
import type { Connection } from "./connection.js";
import { withLimit } from "./waiting.js";

const longestMs = 30_000;

/**
 * The work's result; undefined when codex has fallen silent, or does everything but this for half a minute.
 * @param again called after each `roundMs` in which the work was not done
 */
export async function whileAnswering<Result>(
  connection: Connection,
  roundMs: number,
  work: Promise<Result>,
  again?: () => void,
): Promise<Result | undefined> {
  const latest = performance.now() + longestMs;
  while (performance.now() < latest) {
    const result = await withLimit(roundMs, work);
    if (result !== undefined) return result;
    if (await isSilent(connection, roundMs, work)) return undefined;
    again?.();
  }
  return undefined;
}

/** Whether codex has said nothing for a round, and then does not answer either. */
async function isSilent(connection: Connection, roundMs: number, work: Promise<unknown>): Promise<boolean> {
  const askedAt = performance.now();
  if (connection.lastHeardAt > askedAt - roundMs) return false;
  const answer = connection.request("thread/loaded/list", {}).catch(() => undefined);
  await withLimit(2 * roundMs, Promise.race([answer, work]));
  return connection.isOpen && connection.lastHeardAt < askedAt;
}
