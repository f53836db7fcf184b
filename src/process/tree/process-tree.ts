// Finds the descendants of a process, and ends all of them: SIGTERM, a delay, SIGKILL.
import { setTimeout as delay } from "node:timers/promises";
import { readProcessTable, type ProcessInfo, type ProcessTable } from "./process-table.js";
import { markedIn } from "./runtime-marker.js";

interface ProcessTree {
  readonly pid: number;
  /** The root's start time; undefined if unknown. */
  readonly startTime: string | undefined;
  /** Environment entries that identify processes which have left the tree. */
  readonly markers: readonly string[];
}

/** The time limit for SIGKILL: a process in disk or network I/O exits only after it. */
const killedWithinMs = 2000;
const longestPollMs = 100;

/**
 * Ends the root and all its descendants, including those with their own group or session and those whose parents have
 * exited. Resolves when they have exited, at the latest 2 s after SIGKILL.
 * @param graceMs time from SIGTERM to SIGKILL
 * @param onFound called once, when all are known and before the first signal
 */
export function endTree(tree: ProcessTree, graceMs: number, onFound?: () => void): Promise<void> {
  return endAll((table, known) => membersOf(tree, table, known), graceMs, onFound);
}

/** Ends these processes and their descendants, like `endTree`. */
export async function endProcesses(roots: readonly ProcessInfo[], graceMs: number): Promise<void> {
  if (roots.length === 0) return;
  await endAll((table, known) => {
    const alive = [...roots, ...known].filter((info) => isAlive(info, table));
    return [...alive, ...descendantsIn(table, pidsOf(alive))];
  }, graceMs);
}

type Find = (table: ProcessTable, known: readonly ProcessInfo[]) => ProcessInfo[];

/**
 * Lists the processes again before each signal, because a process that is being ended may still start others. Two
 * consecutive snapshots must be empty, because a process that starts during the listing may not be in the list.
 */
async function endAll(find: Find, graceMs: number, onFound?: () => void): Promise<void> {
  const known = new Map<string, ProcessInfo>();
  const signalled = new Set<string>();
  const killFrom = performance.now() + graceMs;
  for (let round = 1, emptyRounds = 0; ; round++) {
    const table = await readProcessTable();
    for (const info of find(table, [...known.values()])) known.set(identity(info), info);
    const alive = [...known.values()].filter((info) => isAlive(info, table));
    if (round === 1) onFound?.();

    const now = performance.now();
    emptyRounds = alive.length === 0 ? emptyRounds + 1 : 0;
    if (emptyRounds === 2 || now >= killFrom + killedWithinMs) return;
    const mustKill = now >= killFrom;
    for (const info of alive) {
      if (mustKill) signal(info.pid, "SIGKILL");
      else if (!signalled.has(identity(info))) signal(info.pid, "SIGTERM");
      signalled.add(identity(info));
    }
    const pollMs = emptyRounds > 0 ? 1 : Math.min(5 * 2 ** round, longestPollMs);
    await delay(mustKill ? pollMs : Math.min(pollMs, Math.ceil(killFrom - now)));
  }
}

function membersOf(tree: ProcessTree, table: ProcessTable, known: readonly ProcessInfo[]): ProcessInfo[] {
  const root = table.get(tree.pid);
  // The root's PID belongs to another process now, and so may its group and session.
  const isReused = root !== undefined && tree.startTime !== undefined && root.startTime !== tree.startTime;
  const inGroup = isReused ? [] : [...table.values()].filter((info) => belongsTo(tree.pid, info));
  const alive = known.filter((info) => isAlive(info, table));
  const found = [...inGroup, ...alive, ...markedIn(table, tree.markers, tree.startTime)];
  return [...found, ...descendantsIn(table, pidsOf(found))];
}

function belongsTo(pid: number, info: ProcessInfo): boolean {
  return info.pid === pid || info.parentPid === pid || info.groupId === pid || info.sessionId === pid;
}

function descendantsIn(table: ProcessTable, roots: Iterable<number>): ProcessInfo[] {
  const found = new Set<number>(roots);
  const below: ProcessInfo[] = [];
  const children = childrenIn(table);
  // A Set iterates over values that are added during the iteration.
  for (const pid of found) {
    for (const child of children.get(pid) ?? []) {
      if (found.has(child.pid)) continue;
      found.add(child.pid);
      below.push(child);
    }
  }
  return below;
}

function childrenIn(table: ProcessTable): Map<number, ProcessInfo[]> {
  const children = new Map<number, ProcessInfo[]>();
  for (const info of table.values()) {
    const siblings = children.get(info.parentPid);
    if (siblings) siblings.push(info);
    else children.set(info.parentPid, [info]);
  }
  return children;
}

function isAlive(info: ProcessInfo, table: ProcessTable): boolean {
  return table.get(info.pid)?.startTime === info.startTime;
}

function identity(info: ProcessInfo): string {
  return `${info.pid} ${info.startTime}`;
}

function pidsOf(processes: readonly ProcessInfo[]): number[] {
  return processes.map((info) => info.pid);
}

function signal(pid: number, name: NodeJS.Signals): void {
  if (pid === process.pid) return;
  try {
    process.kill(pid, name);
  } catch {
    // It has exited, or belongs to another user.
  }
}
