// Whether commands start in Codex's sandbox on this machine.
import { platform } from "node:process";
import type { Connection } from "../connection/connection.js";

/** Starting a sandbox takes Codex some 50 ms. */
const limitMs = 10_000;

/** Runs outside of the thread and the workspace, so that nothing of the agent takes part. True if it cannot be found out. */
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
