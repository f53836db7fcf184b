// Runs a short command of the host for a check: bounded in time and output, without a shell.
import { execFile } from "node:child_process";

export interface CommandResult {
  /** The exit code; null if the command did not start or did not end in time. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** Wall-clock time in milliseconds. */
  tookMs: number;
  timedOut: boolean;
}

export interface CommandOptions {
  env?: Readonly<Record<string, string | undefined>>;
  timeoutMs: number;
}

export function runCommand(file: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const started = performance.now();
  return new Promise((resolve) => {
    const settings = {
      env: options.env,
      timeout: options.timeoutMs,
      killSignal: "SIGKILL",
      maxBuffer: 256 * 1024,
    } as const;
    const child = execFile(file, args, settings, (error, stdout, stderr) => {
      const tookMs = Math.round(performance.now() - started);
      const code = error === null ? 0 : error.code;
      const exitCode = typeof code === "number" ? code : null;
      const reason = error !== null && typeof code === "string" ? error.message : "";
      resolve({ exitCode, stdout, stderr: stderr || reason, tookMs, timedOut: error?.killed ?? false });
    });
    // Closed, so that a program that reads stdin does not wait.
    child.stdin?.on("error", () => undefined).end();
  });
}
