// Whether the sandbox itself is what failed, and what to do about it. Nothing here ever runs without one.
import type { CommandExecutionItem } from "codex-sdk";

/** Written by the sandbox, in place of the command's own output. */
const complaint = /^(?:bwrap|sandbox-exec|codex-linux-sandbox): .+/;

/** An error for a command that never ran because the sandbox does not work on this machine. */
export function sandboxProblem({ exit_code, aggregated_output }: CommandExecutionItem): Error | undefined {
  if (exit_code === 0) return undefined;
  const said = complaint.exec(aggregated_output)?.[0];
  return said === undefined
    ? undefined
    : new Error(`codex's sandbox does not work on this machine: ${said}\n${advice()}`);
}

function advice(): string {
  const start = "Without it no command is run.";
  if (process.platform !== "linux") return `${start} https://developers.openai.com/codex says what it needs.`;
  return [
    `${start} It needs unprivileged user namespaces. As root:`,
    "- Ubuntu 24.04 and later: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    "- where a limit is zero:  sysctl -w user.max_user_namespaces=15000",
    "- Debian 10 and earlier:  sysctl -w kernel.unprivileged_userns_clone=1",
    "In Docker: --security-opt for each of seccomp, apparmor and systempaths, all =unconfined",
  ].join("\n");
}
