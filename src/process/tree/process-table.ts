// A snapshot of the processes of this machine.
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { systemSearchPath } from "../../internal/search-path.js";

export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  /** Undefined if the system does not report it. */
  readonly sessionId: number | undefined;
  /** Together with the PID, identifies a process: a PID can be reused, but not with the same start time. */
  readonly startTime: string;
}

export type ProcessTable = ReadonlyMap<number, ProcessInfo>;

let next: Promise<ProcessTable> | undefined;

/**
 * All processes except zombies, as of now. Calls at the same time share one snapshot. Empty if processes cannot be
 * listed: on Windows, and without both /proc and `ps`.
 */
export function readProcessTable(): Promise<ProcessTable> {
  next ??= nextTurn().then(() => {
    next = undefined;
    return readAll();
  });
  return next;
}

async function readAll(): Promise<ProcessTable> {
  if (process.platform === "win32") return new Map();
  const processes = fromProc() ?? (await fromPs().catch(() => []));
  return new Map(processes.map((info) => [info.pid, info]));
}

/** Undefined if the process does not exist (any more), or without /proc. */
export function readProcess(pid: number): ProcessInfo | undefined {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return undefined;
  }
}

function fromProc(): ProcessInfo[] | undefined {
  if (!readProcess(process.pid)) return undefined;
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => readProcess(Number(pid)) ?? []);
}

/** proc_pid_stat(5). The name in parentheses may contain any characters, so fields are counted from its end. */
export function parseProcStat(stat: string): ProcessInfo | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parentPid, groupId, sessionId] = fields;
  const startTime = fields[19];
  if (startTime === undefined || hasEnded(state)) return undefined;
  return {
    pid: Number.parseInt(stat, 10),
    parentPid: Number(parentPid),
    groupId: Number(groupId),
    sessionId: Number(sessionId),
    startTime,
  };
}

async function fromPs(): Promise<ProcessInfo[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat=,lstart="], {
    env: { PATH: systemSearchPath(), LC_ALL: "C" },
    cwd: "/",
    maxBuffer: 64 * 1024 * 1024,
  });
  return parsePs(stdout);
}

export function parsePs(output: string): ProcessInfo[] {
  return output.split("\n").flatMap((line) => {
    const [pid, parentPid, groupId, state, ...startTime] = line.trim().split(/\s+/);
    if (startTime.length === 0 || hasEnded(state)) return [];
    return {
      pid: Number(pid),
      parentPid: Number(parentPid),
      groupId: Number(groupId),
      sessionId: undefined,
      startTime: startTime.join(" "),
    };
  });
}

/** A zombie has exited, but its parent has not read its status yet. */
function hasEnded(state: string | undefined): boolean {
  return state === undefined || /^[ZX]/.test(state);
}
