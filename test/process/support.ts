// Shell scripts as stand-ins for Codex, and the processes that remain of them.
import path from "node:path";
import { onTestFinished } from "vitest";
import { CodexProcess, type CodexProcessOptions } from "../../src/process/child/codex-process.js";
import { buildEnvironment } from "../../src/process/config/environment.js";
import { readProcess, readProcessTable } from "../../src/process/tree/process-table.js";
import type { ProcessInfo } from "../../src/process/tree/process-table.js";

export interface Shell {
  process: CodexProcess;
  lines: string[];
  /** The PIDs that were printed as `pid <name> <number>`, once there are `count`. */
  pids(count: number): Promise<number[]>;
}

export function startShell(script: string, options: Partial<CodexProcessOptions> = {}): Shell {
  return start(["-c", script], options);
}

export const treeSize = 6;

/** A root with a child, a command with its own session, a daemon, and a grandchild with its own session. */
export function startTree(manner: "polite" | "stubborn", options: Partial<CodexProcessOptions> = {}): Shell {
  return start([fixture("tree.sh"), manner], options);
}

export function fixture(name: string): string {
  return path.join(import.meta.dirname, "fixtures", name);
}

export function isRunning(pid: number): boolean {
  return readProcess(pid) !== undefined;
}

/** Checks every 10 ms, for at most 10 s. */
export async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`It did not happen within 10 s: ${condition.toString()}`);
}

/** The numbers in lines such as `pid child 123`. */
export function pidsIn(lines: readonly string[]): number[] {
  return lines.flatMap((line) => /^pid \w+ (\d+)$/.exec(line)?.[1] ?? []).map(Number);
}

function start(args: string[], options: Partial<CodexProcessOptions>): Shell {
  const lines: string[] = [];
  const process = CodexProcess.start({
    executablePath: "/bin/sh",
    args,
    env: buildEnvironment({ pathDirs: [] }),
    onLine: (line) => lines.push(line),
    ...options,
  });
  onTestFinished(async () => {
    await process.terminate(0);
  });
  const pids = async (count: number) => {
    await until(() => pidsIn(lines).length >= count);
    return pidsIn(lines);
  };
  return { process, lines, pids };
}

/** All processes below `root`, parents first. */
export async function descendants(root: number): Promise<ProcessInfo[]> {
  const processes = [...(await readProcessTable()).values()];
  const found: ProcessInfo[] = [];
  const parents = [root];
  for (const parent of parents) {
    const children = processes.filter(({ parentPid }) => parentPid === parent);
    found.push(...children);
    parents.push(...children.map(({ pid }) => pid));
  }
  return found;
}
