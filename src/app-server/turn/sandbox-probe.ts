// Checks whether commands start in Codex's sandbox on this machine.
import { platform } from "node:process";
import type { Connection } from "../connection/connection.js";

/** Codex takes about 50 ms to start a sandbox. */
const limitMs = 10_000;

/** Runs outside the thread and the workspace, so that the agent cannot influence it. True if the check fails. */
export async function sandboxWorks(connection: Connection): Promise<boolean> {
  if (platform === "win32") return true;
  const sandboxPolicy = { type: "readOnly", networkAccess: false } as const;
  const params = { command: ["/bin/sh", "-c", "exit 0"], cwd: "/", sandboxPolicy, timeoutMs: limitMs };
  try {
    const { exitCode } = await connection.request("command/exec", params, { signal: AbortSignal.timeout(limitMs) });
    return exitCode === 0;
  } catch {
    return true;
  }
}
