// Ends Codex and its commands if the host is killed and cannot do it itself (SIGKILL, out of memory, a crash).
import { spawn, type ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import { systemSearchPath } from "../../internal/search-path.js";
import { trace } from "../redaction/trace.js";
import { watchdogScript } from "./watchdog-script.js";

/**
 * One small shell for each host process, which runs while any Codex runs. It reads from a pipe that closes with PIDs left
 * only if the host dies. Windows does not have such a shell: there, Codex ends when its stdin closes.
 */
class Watchdog {
  readonly #watched = new Map<number, readonly string[]>();
  #shell: ChildProcess | undefined;

  watch(pid: number, markers: readonly string[]): void {
    const isNew = !this.#watched.has(pid);
    this.#watched.set(pid, [...(this.#watched.get(pid) ?? []), ...markers]);
    if (this.#shell) this.#send([...(isNew ? [`+ ${pid}`] : []), ...markerLines(pid, markers)]);
    else this.#start();
  }

  /** Resolves when the shell has exited too, if this was the last one. */
  async unwatch(pid: number): Promise<void> {
    if (!this.#watched.delete(pid)) return;
    this.#send([`- ${pid}`]);
    if (this.#watched.size === 0) await this.#stop();
  }

  #start(): void {
    const shell = startShell();
    if (!shell) return;
    this.#shell = shell;
    shell.once("close", () => {
      if (this.#shell === shell) this.#shell = undefined;
    });
    this.#send([...this.#watched].flatMap(([pid, markers]) => [`+ ${pid}`, ...markerLines(pid, markers)]));
  }

  #stop(): Promise<void> {
    const shell = this.#shell;
    this.#shell = undefined;
    return new Promise((resolve) => {
      if (!shell?.pid || shell.exitCode !== null || shell.signalCode !== null) return resolve();
      shell.ref();
      shell.once("exit", () => resolve());
      shell.kill("SIGKILL");
    });
  }

  #send(lines: readonly string[]): void {
    const stdin = this.#shell?.stdin;
    if (stdin?.writable) stdin.write(lines.map((line) => `${line}\n`).join(""));
  }
}

/** Undefined if the shell cannot be started; Codex then runs without it. It does not keep the host alive. */
function startShell(): ChildProcess | undefined {
  try {
    const shell = spawn("/bin/sh", ["-c", 'eval "$CODEX_SDK_WATCHDOG"', "codex-sdk-watchdog"], {
      cwd: "/",
      // The shell must not inherit secrets from the host's environment.
      env: { PATH: systemSearchPath(), CODEX_SDK_WATCHDOG: watchdogScript },
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    shell.on("error", (error) => trace("--", `no watchdog: ${error.message}`));
    shell.unref();
    if (shell.stdin instanceof Socket) shell.stdin.unref().on("error", () => {});
    return shell;
  } catch (error) {
    trace("--", `no watchdog: ${String(error)}`);
    return undefined;
  }
}

function markerLines(pid: number, markers: readonly string[]): string[] {
  return markers.map((marker) => `m ${pid} ${marker}`);
}

const watchdog = process.platform === "win32" ? undefined : new Watchdog();

/** From now on, `pid`, its descendants and the processes with one of `markers` end when the host dies. */
export function watch(pid: number, markers: readonly string[]): void {
  watchdog?.watch(pid, markers);
}

export async function unwatch(pid: number): Promise<void> {
  await watchdog?.unwatch(pid);
}
