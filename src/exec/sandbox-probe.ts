// Checks whether commands start in Codex's sandbox on this machine.
import { execFile } from "node:child_process";
import { platform } from "node:process";
import type { ExecLaunch } from "./launch/exec-launch.js";

/** Codex takes about 120 ms for this. */
const limitMs = 10_000;

/**
 * Runs outside the thread and the workspace, so that the agent cannot influence it. True if the check fails, as with a
 * program that does not have a `sandbox` command.
 */
export function sandboxWorks({ executablePath, prefixArgs, env }: ExecLaunch): Promise<boolean> {
  if (platform === "win32") return Promise.resolve(true);
  const args = [...prefixArgs, "sandbox", "/bin/sh", "-c", "exit 0"];
  return new Promise((resolve) => {
    execFile(executablePath, args, { cwd: "/", env, timeout: limitMs, killSignal: "SIGKILL" }, (error, _, stderr) => {
      const isOwnFailure = error !== null && typeof error.code === "number" && /bwrap|bubblewrap|sandbox/i.test(stderr);
      resolve(!isOwnFailure);
    });
  });
}
