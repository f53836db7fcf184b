// Recognises a command that the sandbox could not start. Codex reports it like a failed command, so this is only a
// suspicion: a command can print the same line. The turn then asks Codex to run a harmless command in the sandbox.
import { SandboxUnavailableError } from "../errors/errors.js";
import type { ThreadItem } from "../events/items.js";

/** Printed by bubblewrap, by Codex's helper for it, and by macOS, instead of the command's output. (Codex 0.169.0) */
const sentences: readonly RegExp[] = [
  /^bwrap: (Creating new namespace failed|No permissions to creat\w+ (a )?new namespace|setting up [ug]id map|loopback: Failed RTM_NEW|Can't mount proc|Failed to make \/ slave)/,
  /^(error building bubblewrap command|bubblewrap is unavailable|failed to exec (system|bundled) bubblewrap)/i,
  /uses bubblewrap, which is not supported on WSL1/,
  /^sandbox-exec: sandbox_apply: /,
];

/** The error for a command that the sandbox apparently could not start; undefined for any other item. */
export function suspectedSandboxFailure(item: ThreadItem): SandboxUnavailableError | undefined {
  if (item.type !== "command_execution" || item.exit_code === 0) return undefined;
  const said = item.aggregated_output.trim();
  if (said.includes("\n") || !sentences.some((sentence) => sentence.test(said))) return undefined;
  return new SandboxUnavailableError(
    `${said}\n(Codex's sandbox does not work on this machine, so the agent cannot run commands. On Linux it requires user ` +
      "namespaces: check the sysctls user.max_user_namespaces, kernel.unprivileged_userns_clone and " +
      "kernel.apparmor_restrict_unprivileged_userns, and the seccomp profile of the container.)",
  );
}
