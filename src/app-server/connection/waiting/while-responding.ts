// How long to wait for Codex to end something: as long as it responds at all, because it may be busy with other threads,
// but not without a limit.
import type { Connection } from "../connection.js";
import { withLimit } from "./time-limit.js";

const longestMs = 30_000;

/** "silent": Codex does not respond to anything. "overdue": it responds, but the work takes too long. */
export type Outcome<Result> = { result: Result } | "silent" | "overdue";

/** @param again Called after each `roundMs` in which the work was not done. */
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

/** Whether Codex was silent for a round, and then does not answer a request either. */
async function isSilent(connection: Connection, roundMs: number, work: Promise<unknown>): Promise<boolean> {
  const askedAt = performance.now();
  if (connection.lastHeardAt > askedAt - roundMs) return false;
  const answer = connection.request("thread/loaded/list", {}).catch(() => undefined);
  await withLimit(2 * roundMs, Promise.race([answer, work]));
  return connection.isOpen && connection.lastHeardAt < askedAt;
}
