// Whether the sandbox itself is what failed, and what to do about it. Nothing here ever runs without one.
import type { CommandExecutionItem } from "codex-sdk";

/** Written by the sandbox before it could start the command. */
const complaint = /^(bwrap: .+|sandbox-exec: .+|.*landlock.*)$/im;

/** An error for a command that never ran because the sandbox does not work on this machine. */
export function sandboxProblem({ exit_code, aggregated_output }: CommandExecutionItem): Error | undefined {
  if (exit_code === 0) return undefined;
  const said = complaint.exec(aggregated_output)?.[0];
  return said === undefined
    ? undefined
    : new Error(`codex's sandbox does not work on this machine: ${said}\n${advice()}`);
}

function advice(): string {
  if (process.platform !== "linux")
    return "Without it no command is run. https://developers.openai.com/codex says what it needs.";
  return [
    "Without it no command is run. It needs unprivileged user namespaces:",
    "- Ubuntu 24.04 and later: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    "- Debian, older kernels:  sudo sysctl -w kernel.unprivileged_userns_clone=1",
    "- switched off by limit:  sudo sysctl -w user.max_user_namespaces=15000",
    "- Docker:                 --security-opt seccomp=unconfined --security-opt apparmor=unconfined",
  ].join("\n");
}
