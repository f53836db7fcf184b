// How long codex is waited for when a turn is to end: as long as it answers at all, for it may be busy; but not for ever.
import type { Connection } from "./connection.js";
import { RpcError } from "./json-rpc-peer.js";
import { withLimit } from "./waiting.js";

const rounds = 3;

/**
 * The work's result; undefined when codex has fallen silent, or answers everything but this.
 * @param again called after each round of `roundMs` in which codex was there and the work was not done
 */
export async function whileAnswering<Result>(
  connection: Connection,
  roundMs: number,
  work: Promise<Result>,
  again?: () => void,
): Promise<Result | undefined> {
  for (let round = 1; round <= rounds; round++) {
    const result = await withLimit(roundMs, work);
    if (result !== undefined) return result;
    if (!(await isAnswering(connection, roundMs))) return undefined;
    again?.();
  }
  return undefined;
}

/** A refusal is an answer, too. */
async function isAnswering(connection: Connection, limitMs: number): Promise<boolean> {
  const answer = connection.request("thread/loaded/list", {}).then(
    () => true,
    (error: unknown) => error instanceof RpcError,
  );
  return (await withLimit(limitMs, answer)) ?? false;
}
