// Ends a process tree on Windows, which does not have signals. `taskkill` knows the descendants.
import { execFile } from "node:child_process";

export interface Command {
  file: string;
  args: readonly string[];
}

export type RunCommand = (command: Command) => Promise<void>;

export function taskkillCommand(pid: number): Command {
  return { file: "taskkill", args: ["/T", "/F", "/PID", String(pid)] };
}

/** Kills `pid` and its descendants immediately. Does not fail if they have already exited. */
export async function taskkill(pid: number, run: RunCommand = runCommand): Promise<void> {
  await run(taskkillCommand(pid));
}

function runCommand({ file, args }: Command): Promise<void> {
  return new Promise((resolve) => {
    execFile(file, args, { windowsHide: true }, () => resolve());
  });
}
