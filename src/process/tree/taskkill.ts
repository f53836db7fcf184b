// The end of a process tree on Windows, which has no signals; `taskkill` knows who descends from whom.
import { execFile } from "node:child_process";

export interface Command {
  file: string;
  args: readonly string[];
}

export type RunCommand = (command: Command) => Promise<void>;

export function taskkillCommand(pid: number): Command {
  return { file: "taskkill", args: ["/T", "/F", "/PID", String(pid)] };
}

/** Ends `pid` and its descendants at once. A tree that is gone already is no error. */
export async function taskkill(pid: number, run: RunCommand = runCommand): Promise<void> {
  await run(taskkillCommand(pid));
}

function runCommand({ file, args }: Command): Promise<void> {
  return new Promise((resolve) => {
    execFile(file, args, { windowsHide: true }, () => resolve());
  });
}
