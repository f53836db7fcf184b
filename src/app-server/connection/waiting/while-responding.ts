// Waits for Codex to finish work: as long as it responds, because it may be busy with other threads, but with an upper
// limit.
import type { Connection } from "../connection.js";
import { withLimit } from "./time-limit.js";

const longestMs = 30_000;

/** "silent": Codex does not respond to any request. "overdue": it responds, but the work takes too long. */
export type Outcome<Result> = { result: Result } | "silent" | "overdue";

/** @param again Called after each `roundMs` in which the work did not finish. */
export async function whileResponding<Result>(
  connection: Connection,
  roundMs: number,
  work: Promise<Result>,
  again?: () => void,
): Promise<Outcome<Result>> {
  const done = work.then((result) => ({ result }));
  const latest = performance.now() + longestMs;
  while (performance.now() < latest) {
    const outcome = await withLimit(roundMs, done);
    if (outcome !== undefined) return outcome;
    if (await isSilent(connection, roundMs, done)) return "silent";
    again?.();
  }
  return "overdue";
}

/** Whether Codex did not send anything for one round, and then does not respond to a request. */
async function isSilent(connection: Connection, roundMs: number, work: Promise<unknown>): Promise<boolean> {
  const askedAt = performance.now();
  if (connection.lastHeardAt > askedAt - roundMs) return false;
  const answer = connection.request("thread/loaded/list", {}).catch(() => undefined);
  await withLimit(2 * roundMs, Promise.race([answer, work]));
  return connection.isOpen && connection.lastHeardAt < askedAt;
}
