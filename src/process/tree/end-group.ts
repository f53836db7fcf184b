// Ends a process group, on systems that do not report the parents of processes.
import { setTimeout as delay } from "node:timers/promises";
import { longestDelayMs } from "../../internal/timer.js";

/** SIGTERM to the group, then SIGKILL if its leader has not `exited` after `graceMs`. */
export async function endGroup(leader: number, exited: Promise<void>, graceMs: number): Promise<void> {
  signalGroup(leader, "SIGTERM");
  const waiting = new AbortController();
  const isOver = await Promise.race([
    exited.then(() => true),
    delay(Math.min(graceMs, longestDelayMs), false, { signal: waiting.signal }).catch(() => false),
  ]);
  waiting.abort();
  if (!isOver) signalGroup(leader, "SIGKILL");
}

function signalGroup(leader: number, name: NodeJS.Signals): void {
  try {
    process.kill(-leader, name);
  } catch {
    // The group does not exist any more.
  }
}
