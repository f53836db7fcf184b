// Spawns Codex. All failures are reported in one way.
import { spawn, type ChildProcess } from "node:child_process";
import { existingDirectory } from "../locate/existing-directory.js";
import { spawnError } from "../locate/spawn-error.js";

interface StartOptions {
  executablePath: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd?: string | undefined;
}

interface Started {
  child: ChildProcess | undefined;
  spawned: Promise<void>;
}

export function startChild({ executablePath, args, cwd, env }: StartOptions): Started {
  try {
    // A separate session: Ctrl-C in a terminal reaches only the host, which then ends Codex in order.
    const child = spawn(executablePath, args, {
      env,
      cwd: cwd ?? existingDirectory(),
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    const spawned = new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.on("error", (error) => reject(spawnError(error, executablePath, cwd)));
    });
    return { child, spawned };
  } catch (error) {
    return { child: undefined, spawned: Promise.reject(spawnError(error, executablePath, cwd)) };
  }
}
