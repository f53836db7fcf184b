// Runs git with a controlled environment and resource limits.
import { spawn } from "node:child_process";
import path from "node:path";
import { splitSearchPath } from "../../internal/search-path.js";

export interface GitRun {
  /** The directory whose programs must not be run. */
  worktree: string;
  /** The working directory of git. */
  cwd: string;
  env?: Record<string, string>;
  /** The maximum output in bytes. Git is killed if it prints more. */
  maxBytes: number;
  timeoutMs: number;
}

export interface GitOutput {
  /** Null if git was killed: by a signal, the output limit or the timeout. */
  code: number | null;
  stdout: string;
  stderr: string;
  isCut: boolean;
}

/**
 * Settings that override those of a repository: no file system monitor, hooks, external diff programs or remote access.
 */
const settings = [
  ["core.fsmonitor", "false"],
  ["core.hooksPath", process.platform === "win32" ? "NUL" : "/dev/null"],
  ["core.pager", "cat"],
  ["core.quotePath", "false"],
  ["diff.external", ""],
  ["gc.auto", "0"],
  ["protocol.allow", "never"],
  ["submodule.recurse", "false"],
].flatMap(([name, value]) => ["-c", `${name}=${value}`]);

/** Never rejects. If git cannot start, the exit code is null and `stderr` contains the reason. */
export function runGit(args: readonly string[], run: GitRun): Promise<GitOutput> {
  return new Promise((resolve) => {
    const child = spawn("git", [...settings, ...args], {
      cwd: run.cwd,
      env: { ...environment(run.worktree), ...run.env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: run.timeoutMs,
      killSignal: "SIGKILL",
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      if (size <= run.maxBytes) chunks.push(chunk);
      size += chunk.byteLength;
      if (size > run.maxBytes) child.kill("SIGKILL");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (stderr.length < 4_000) stderr += chunk.toString("utf8");
    });
    child.once("error", (error) => resolve({ code: null, stdout: "", stderr: error.message, isCut: false }));
    child.once("close", (code) => {
      const stdout = Buffer.concat(chunks).subarray(0, run.maxBytes).toString("utf8");
      resolve({ code, stdout, stderr: stderr.slice(0, 4_000), isCut: size > run.maxBytes });
    });
  });
}

/** Variables of the host, such as GIT_DIR or GIT_EXTERNAL_DIFF, are not inherited. */
function environment(worktree: string): Record<string, string> {
  const output = ["HOME", "USERPROFILE", "XDG_CONFIG_HOME", "SystemRoot", "TMPDIR", "TEMP", "TMP"];
  return {
    ...Object.fromEntries(
      output.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
    // The agent can write to its working tree and could place a program named `git` there.
    PATH: splitSearchPath(process.env["PATH"] ?? "", { roots: [worktree] }).trusted.join(path.delimiter),
    LC_ALL: "C",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "",
  };
}
