// Which failed commands mean that the sandbox does not work.
import { expect, test } from "vitest";
import { SandboxUnavailableError } from "../../src/index.js";
import type { CommandExecutionItem } from "../../src/index.js";
import { suspectedSandboxFailure } from "../../src/turn/sandbox-failure.js";

function failed(output: string, command = "/bin/bash -lc 'npm test'", exitCode = 1): CommandExecutionItem {
  return {
    id: "call",
    type: "command_execution",
    command,
    aggregated_output: output,
    exit_code: exitCode,
    status: exitCode === 0 ? "completed" : "failed",
  };
}

test.each([
  "bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)\n",
  "bwrap: No permissions to create a new namespace, likely because the kernel does not allow non-privileged user namespaces.",
  "bwrap: setting up uid map: Permission denied",
  "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted",
  "bubblewrap is unavailable: no system bwrap was found on PATH and no bundled codex-resources/bwrap binary was found",
  "sandbox-exec: sandbox_apply: Operation not permitted",
])("%s", (output) => {
  const error = suspectedSandboxFailure(failed(output));
  expect(error).toBeInstanceOf(SandboxUnavailableError);
  expect(error?.message.startsWith(output.trim())).toBe(true);
  expect(error?.message).not.toContain("danger-full-access");
});

test.each([
  ["a command with a failure of its own", failed("no such file\n")],
  ["a command without output", failed("")],
  ["a command that succeeded", failed("bwrap: setting up uid map: Permission denied", "x", 0)],
  ["a test run that prints it among other output", failed("3 failed\nbwrap: setting up uid map: Permission denied\n")],
  ["bwrap's other messages", failed("bwrap: Can't chdir to /nowhere: No such file or directory")],
])("not %s", (_, item) => {
  expect(suspectedSandboxFailure(item)).toBeUndefined();
});

test("not another item", () => {
  expect(
    suspectedSandboxFailure({ id: "m", type: "agent_message", text: "bwrap: setting up uid map" }),
  ).toBeUndefined();
});
