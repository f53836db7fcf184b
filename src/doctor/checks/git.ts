// Whether git is installed: Codex uses it for diffs, and checks that the working directory is a repository.
import path from "node:path";
import { splitSearchPath } from "../../internal/search-path.js";
import type { DoctorContext } from "../context.js";
import { ok, warning } from "../report.js";
import type { Finding } from "../report.js";
import { runCommand } from "../run-command.js";

export async function checkGit({ env }: DoctorContext): Promise<Finding> {
  // Like Codex, ignores directories in which an agent can place a program.
  const PATH = splitSearchPath(env["PATH"] ?? "").trusted.join(path.delimiter);
  const { exitCode, stdout, stderr } = await runCommand("git", ["--version"], {
    env: { ...env, PATH },
    timeoutMs: 10_000,
  });
  if (exitCode === 0) return ok(stdout.trim().replace(/^git version /, ""));
  const reason = stderr.trim().split("\n")[0] || "it did not run";
  return warning(`git is not available: ${reason}`, "Install git, or pass `skipGitRepoCheck: true` to every thread.");
}
