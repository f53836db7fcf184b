// Environment entries that tell a process's origin, also when it has left its parent, its group and its session.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { readProcessTable, type ProcessInfo, type ProcessTable } from "./process-table.js";

export const runtimeVariable = "CODEX_SDK_RUNTIME";

/** Whether `marker` is an entry that can be looked for: a name and a value without blanks or special characters. */
export function isMarker(marker: string): boolean {
  return /^\w+=[\w.:-]+$/.test(marker);
}

/** An environment entry, `NAME=value`, that no other process tree has. */
export function newRuntimeMarker(): string {
  return `${runtimeVariable}=${randomUUID()}`;
}

/** The processes that were started with one of `markers` in their environment. None where there is no /proc. */
export async function markedProcesses(...markers: readonly string[]): Promise<ProcessInfo[]> {
  return markedIn(await readProcessTable(), markers);
}

/** As `markedProcesses`, of a snapshot. `since` is a start time: older processes are not looked at. */
export function markedIn(table: ProcessTable, markers: readonly string[], since?: string): ProcessInfo[] {
  if (markers.length === 0) return [];
  const oldest = since === undefined ? 0 : Number(since);
  return [...table.values()].filter((info) => !(Number(info.startTime) < oldest) && isMarked(info.pid, markers));
}

function isMarked(pid: number, markers: readonly string[]): boolean {
  try {
    const environment = `\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`;
    return markers.some((marker) => environment.includes(`\0${marker}\0`));
  } catch {
    return false; // gone, or another user's
  }
}
