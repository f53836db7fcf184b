// The tokens of each turn of a thread and of the threads that it was forked from.
import type { Usage } from "../../events/events.js";
import type { Connection } from "../connection/connection.js";
import { RpcError } from "../errors/rpc-error.js";
import type { Thread } from "../protocol/v2/Thread.js";
import { readRecordedUsage } from "../../rollouts/recorded-usage.js";

/** How many ancestors of a fork are read. */
const mostForks = 50;

/** By turn ID. The early turns of a fork are in the file of the thread that it was forked from. */
export async function recordedUsage(connection: Connection, thread: Thread): Promise<Map<string, Usage>> {
  const usage = new Map<string, Usage>();
  let source: Thread | undefined = thread;
  for (let forks = 0; source && forks < mostForks; forks++) {
    if (source.path !== null) await readRecordedUsage(source.path, usage);
    source = source.forkedFromId === null ? undefined : await readRecord(connection, source.forkedFromId);
  }
  return usage;
}

async function readRecord(connection: Connection, threadId: string): Promise<Thread | undefined> {
  try {
    return (await connection.request("thread/read", { threadId })).thread;
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    throw error;
  }
}
