// Tells a command that failed by itself from one that the sandbox could not even start: codex reports both alike.
import { SandboxUnavailableError } from "../errors/errors.js";
import type { ThreadItem } from "../events/items.js";

/** What bubblewrap, codex's helper for it and macOS say instead of the command's output. */
const sentences: readonly RegExp[] = [
  /^bwrap: (Creating new namespace failed|No permissions to creat\w+ (a )?new namespace|setting up [ug]id map|loopback: Failed RTM_NEW|Can't mount proc|Failed to make \/ slave)/,
  /^(error building bubblewrap command|bubblewrap is unavailable|failed to exec (system|bundled) bubblewrap)/i,
  /uses bubblewrap, which is not supported on WSL1/,
  /^sandbox-exec: sandbox_apply: /,
];

/** The error for a command that the sandbox did not let begin; undefined for any other item. */
export function sandboxFailure(item: ThreadItem): SandboxUnavailableError | undefined {
  if (item.type !== "command_execution" || item.exit_code === 0) return undefined;
  const said = item.aggregated_output.trim();
  // A command that is about sandboxes may say the same, among other things.
  if (said.includes("\n") || /bwrap|sandbox-exec/.test(item.command)) return undefined;
  if (!sentences.some((sentence) => sentence.test(said))) return undefined;
  return new SandboxUnavailableError(
    `${said}\n(codex's sandbox does not work on this machine, so no command of the agent can run. ` +
      "On Linux it needs user namespaces: see the sysctls user.max_user_namespaces, kernel.unprivileged_userns_clone and " +
      "kernel.apparmor_restrict_unprivileged_userns, and the seccomp profile of a container. Where the whole program is " +
      'shut off from what it must not touch, `sandboxMode: "danger-full-access"` does without.)',
  );
}
