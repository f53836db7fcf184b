// Waits for Codex to finish work: as long as it responds, because it may be busy with other threads, but with an upper
// limit.
import type { Connection } from "../connection.js";
import { withLimit } from "./time-limit.js";

const longestMs = 30_000;

/** "unresponsive": Codex does not respond to any request. "overdue": it responds, but the work takes too long. */
export type Outcome<Result> = { result: Result } | "unresponsive" | "overdue";

/** @param again Called after each `roundMs` in which the work did not finish. */
export async function whileResponding<Result>(
  connection: Connection,
  roundMs: number,
  work: Promise<Result>,
  again?: () => void,
): Promise<Outcome<Result>> {
  const done = work.then((result) => ({ result }));
  const deadline = performance.now() + longestMs;
  while (performance.now() < deadline) {
    const outcome = await withLimit(roundMs, done);
    if (outcome !== undefined) return outcome;
    if (await isUnresponsive(connection, roundMs, done)) return "unresponsive";
    again?.();
  }
  return "overdue";
}

/** Whether Codex did not send anything for one round, and then does not respond to a request. */
async function isUnresponsive(connection: Connection, roundMs: number, work: Promise<unknown>): Promise<boolean> {
  const requestedAt = performance.now();
  if (connection.lastReceivedAt > requestedAt - roundMs) return false;
  const answer = connection.request("thread/loaded/list", {}).catch(() => undefined);
  await withLimit(2 * roundMs, Promise.race([answer, work]));
  return connection.isOpen && connection.lastReceivedAt < requestedAt;
}
