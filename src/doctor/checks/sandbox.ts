// Runs a command in the sandbox: it must start, and it must not be able to write outside its directory.
import { mkdtemp, realpath, rm, access } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { isJsonObject } from "../../internal/json.js";
import type { DoctorContext } from "../context.js";
import { failure, ok, skipped, warning } from "../report.js";
import type { Finding } from "../report.js";

const marker = "codex-sdk-doctor-ran";

export async function checkSandbox({ request, startFailure }: DoctorContext): Promise<Finding> {
  if (startFailure) return skipped("not checked: Codex did not start");
  if (process.platform === "win32") return skipped("not checked on Windows");
  const directory = await realpath(await mkdtemp(path.join(tmpdir(), "codex-sdk-doctor-")));
  const inside = path.join(directory, "inside");
  const outside = path.join(homedir(), `.codex-sdk-doctor-${process.pid}`);
  try {
    const result = await request("command/exec", {
      command: ["/bin/sh", "-c", `echo ${marker}; echo > "$1"; echo > "$2"`, "sh", inside, outside],
      cwd: directory,
      timeoutMs: 20_000,
      sandboxPolicy: {
        type: "workspaceWrite",
        writableRoots: [directory],
        networkAccess: false,
        excludeTmpdirEnvVar: true,
        excludeSlashTmp: true,
      },
    });
    const { stdout, stderr } = textOf(result);
    if (!stdout.includes(marker)) return unavailable(stderr || stdout);
    if (await exists(outside)) {
      return failure(
        "a command wrote outside its directory.",
        "Do not run agents on this machine with untrusted input. Check `/etc/codex` and the sandbox settings.",
      );
    }
    if (!(await exists(inside))) {
      return warning(
        `commands run, but cannot write to ${directory}: ${stderr.trim().split("\n")[0]}`,
        "Check the mount options and permissions of the temporary directory.",
      );
    }
    return ok("runs commands, and denies writes outside the workspace");
  } finally {
    await rm(directory, { recursive: true, force: true });
    await rm(outside, { force: true }).catch(() => undefined);
  }
}

function unavailable(output: string): Finding {
  const reason = output.trim().split("\n")[0] ?? "";
  return failure(
    `commands cannot start: ${reason || "no output"}`,
    "On Linux, the sandbox requires user namespaces. Check the sysctls user.max_user_namespaces, " +
      "kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns, and in a container its " +
      "seccomp profile.",
  );
}

function textOf(result: unknown): { stdout: string; stderr: string } {
  const { stdout, stderr } = isJsonObject(result) ? result : {};
  return { stdout: typeof stdout === "string" ? stdout : "", stderr: typeof stderr === "string" ? stderr : "" };
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
