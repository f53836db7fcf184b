// Environment entries that identify the origin of a process, even if it has left its parent, group and session.
import { readFileSync } from "node:fs";
import { uniqueId } from "./unique-id.js";
import { readProcessTable, type ProcessInfo, type ProcessTable } from "./process-table.js";

export const runtimeVariable = "CODEX_SDK_RUNTIME";

/** Whether `marker` can be searched for: a name and a value without white space or special characters. */
export function isMarker(marker: string): boolean {
  return /^\w+=[\w.:-]+$/.test(marker);
}

/** An environment entry, `NAME=value`, that no other process tree has. */
export function newRuntimeMarker(): string {
  return `${runtimeVariable}=${uniqueId()}`;
}

/** The processes that were started with one of `markers` in their environment. Empty without /proc. */
export async function markedProcesses(...markers: readonly string[]): Promise<ProcessInfo[]> {
  return markedIn(await readProcessTable(), markers);
}

/** Like `markedProcesses`, for a snapshot. `since` is a start time: older processes are ignored. */
export function markedIn(table: ProcessTable, markers: readonly string[], since?: string): ProcessInfo[] {
  if (markers.length === 0) return [];
  const oldest = since === undefined ? 0 : Number(since);
  return [...table.values()].filter((info) => {
    if (Number(info.startTime) < oldest) return false;
    const environment = environmentOf(info);
    return markers.some((marker) => environment.includes(`\0${marker}\0`));
  });
}

/** Cached for each snapshot: many trees that end at the same time read the same processes. */
const environments = new WeakMap<ProcessInfo, string>();

function environmentOf(info: ProcessInfo): string {
  let environment = environments.get(info);
  if (environment === undefined) {
    environment = readEnvironment(info.pid);
    environments.set(info, environment);
  }
  return environment;
}

function readEnvironment(pid: number): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`;
  } catch {
    return ""; // it has exited, or belongs to another user
  }
}
