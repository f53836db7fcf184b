// Ends the commands of one turn, while Codex and commands of earlier turns continue.
import { endProcesses } from "../../process/tree/process-tree.js";
import { markedProcesses } from "../../process/tree/runtime-marker.js";
import type { Connection } from "../connection/connection.js";

/** Codex sets the IDs of the thread and the call in the environment of each command. */
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
  // The model chooses the IDs of its calls, so two threads may use the same ID.
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
    // If Codex has exited, its terminals have ended too.
  }
}
