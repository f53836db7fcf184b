// Detects a failure of the sandbox itself, and states the fix. Commands never run without it.
import type { CommandExecutionItem } from "codex-sdk";

/** The sandbox prints this instead of the command's output. */
const complaint = /^(?:bwrap|sandbox-exec|codex-linux-sandbox): .+/;

/** An error for a command that never ran because the sandbox does not work on this machine. */
export function sandboxProblem({ exit_code, aggregated_output }: CommandExecutionItem): Error | undefined {
  if (exit_code === 0) return undefined;
  const message = complaint.exec(aggregated_output)?.[0];
  return message === undefined
    ? undefined
    : new Error(`Codex's sandbox does not work on this machine: ${message}\n${advice()}`);
}

function advice(): string {
  const start = "Without it, commands are not run.";
  if (process.platform !== "linux") return `${start} See https://developers.openai.com/codex for the requirements.`;
  return [
    `${start} It requires unprivileged user namespaces. As root:`,
    "- Ubuntu 24.04 and later: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    "- if a limit is zero:    sysctl -w user.max_user_namespaces=15000",
    "- Debian 10 and earlier:  sysctl -w kernel.unprivileged_userns_clone=1",
    "In Docker: --security-opt for each of seccomp, apparmor and systempaths, all =unconfined",
  ].join("\n");
}
