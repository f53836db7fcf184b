// Ends codex and its commands when the host is killed and can do nothing itself (SIGKILL, out of memory, a crash).
import { spawn, type ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import { systemSearchPath } from "../config/search-path.js";
import { trace } from "../redaction/trace.js";
import { watchdogScript } from "./watchdog-script.js";

/**
 * One small shell for each host process, which lives while any codex does. It holds the other end of a pipe; only
 * the host's end closes that with pids left. Windows has no such shell: there, codex ends with its stdin only.
 */
class Watchdog {
  readonly #watched = new Map<number, readonly string[]>();
  #shell: ChildProcess | undefined;

  watch(pid: number, markers: readonly string[]): void {
    const isNew = !this.#watched.has(pid);
    this.#watched.set(pid, [...(this.#watched.get(pid) ?? []), ...markers]);
    if (this.#shell) this.#tell([...(isNew ? [`+ ${pid}`] : []), ...markerLines(pid, markers)]);
    else this.#start();
  }

  /** Settles when the shell, too, has gone, if this was the last one. */
  async unwatch(pid: number): Promise<void> {
    if (!this.#watched.delete(pid)) return;
    this.#tell([`- ${pid}`]);
    if (this.#watched.size === 0) await this.#stop();
  }

  #start(): void {
    const shell = startShell();
    if (!shell) return;
    this.#shell = shell;
    shell.once("close", () => {
      if (this.#shell === shell) this.#shell = undefined;
    });
    this.#tell([...this.#watched].flatMap(([pid, markers]) => [`+ ${pid}`, ...markerLines(pid, markers)]));
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

  #tell(lines: readonly string[]): void {
    const stdin = this.#shell?.stdin;
    if (stdin?.writable) stdin.write(lines.map((line) => `${line}\n`).join(""));
  }
}

/** Undefined where there is none to start; codex runs without. It does not keep the host alive. */
function startShell(): ChildProcess | undefined {
  try {
    const shell = spawn("/bin/sh", ["-c", 'eval "$CODEX_SDK_WATCHDOG"', "codex-sdk-watchdog"], {
      cwd: "/",
      // Nothing else of the host's environment: secrets have no business here.
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

/** From now on `pid`, its descendants and the processes with one of `markers` end when the host does. */
export function watch(pid: number, markers: readonly string[]): void {
  watchdog?.watch(pid, markers);
}

export async function unwatch(pid: number): Promise<void> {
  await watchdog?.unwatch(pid);
}
