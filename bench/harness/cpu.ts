// CPU time of the host, of its Codex, and of the programs that Codex runs, from /proc.
import { readdirSync, readFileSync } from "node:fs";

export interface CpuMs {
  host: number;
  codex: number;
  /** Ended children of Codex: login shells, commands. */
  commands: number;
}

/** Linux counts in ticks of 1/100 s. */
const msPerTick = 10;

/** The CPU time used so far. */
export function cpuOf(hostPid: number): CpuMs {
  const spent: CpuMs = { host: own(statOf(hostPid)), codex: 0, commands: 0 };
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(Number(name));
    if (stat?.parentPid !== hostPid || stat.command !== "codex") continue;
    spent.codex += own(stat);
    spent.commands += (stat.childrenUser + stat.childrenSystem) * msPerTick;
  }
  return spent;
}

interface Stat {
  command: string;
  parentPid: number;
  user: number;
  system: number;
  childrenUser: number;
  childrenSystem: number;
}

function own(stat: Stat | undefined): number {
  return stat ? (stat.user + stat.system) * msPerTick : 0;
}

/** See proc_pid_stat(5). Undefined if the process has ended. */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const end = text.lastIndexOf(")");
    const fields = text.slice(end + 2).split(" ");
    const field = (at: number) => Number(fields[at] ?? 0);
    return {
      command: text.slice(text.indexOf("(") + 1, end),
      parentPid: field(1),
      user: field(11),
      system: field(12),
      childrenUser: field(13),
      childrenSystem: field(14),
    };
  } catch {
    return undefined;
  }
}
