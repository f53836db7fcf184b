// Ends the commands of one turn while codex, and what earlier turns started, goes on.
import { endProcesses } from "../../process/tree/process-tree.js";
import { markedProcesses } from "../../process/tree/runtime-marker.js";
import type { Connection } from "../connection/connection.js";

/** codex tells each command, in its environment, which thread and which call it belongs to. */
export async function endCommands(
  connection: Connection,
  threadId: string,
  itemIds: ReadonlySet<string>,
  graceMs: number,
): Promise<void> {
  if (itemIds.size === 0) return;
  const [ofThread, ofCalls] = await Promise.all([
    markedProcesses(`CODEX_THREAD_ID=${threadId}`),
    markedProcesses(...[...itemIds].map((id) => `CODEX_TOOL_CALL_ID=${id}`)),
  ]);
  // The model names its calls, so two threads may use the same name.
  const pids = new Set(ofThread.map(({ pid }) => pid));
  const processes = ofCalls.filter(({ pid }) => pids.has(pid));
  await Promise.all([terminateTerminals(connection, threadId, itemIds), endProcesses(processes, graceMs)]);
}

async function terminateTerminals(
  connection: Connection,
  threadId: string,
  itemIds: ReadonlySet<string>,
): Promise<void> {
  try {
    const { data } = await connection.request("thread/backgroundTerminals/list", { threadId });
    const own = data.filter((terminal) => itemIds.has(terminal.itemId));
    await Promise.all(
      own.map(({ processId }) => connection.request("thread/backgroundTerminals/terminate", { threadId, processId })),
    );
  } catch {
    // A codex that has gone has taken its terminals with it.
  }
}
