// How long the user's login shell takes to start. Codex starts one for each new thread.
import os from "node:os";
import type { DoctorContext } from "../context.js";
import { ok, skipped, warning } from "../report.js";
import type { Finding } from "../report.js";
import { runCommand } from "../run-command.js";

const slowMs = 1_000;
const timeoutMs = 15_000;

export async function checkShell({ env }: DoctorContext): Promise<Finding> {
  if (process.platform === "win32") return skipped("not checked on Windows");
  const shell = env["SHELL"] || userShell() || "/bin/sh";
  const { exitCode, tookMs, timedOut, stderr } = await runCommand(shell, ["-lc", "true"], { env, timeoutMs });
  const fix = "Shorten the shell's profile, or set `config: { features: { shell_snapshot: false } }`.";
  if (timedOut) return warning(`${shell} did not start within ${timeoutMs / 1000} s.`, fix);
  if (exitCode !== 0) {
    const reason = stderr.trim().split("\n")[0] || `exit code ${exitCode}`;
    return warning(`${shell} does not start as a login shell: ${reason}`, "Correct the shell's profile.");
  }
  const detail = `${shell} starts in ${tookMs} ms`;
  return tookMs < slowMs ? ok(detail) : warning(`${detail}, which delays each new thread.`, fix);
}

function userShell(): string | undefined {
  try {
    return os.userInfo().shell ?? undefined;
  } catch {
    return undefined;
  }
}
