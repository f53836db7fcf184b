// A Codex process: reads its lines, writes to its stdin, and ends it with all its descendants.
import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { CodexError } from "../../errors/errors.js";
import { outputDrained, exited } from "./output-drained.js";
import { endGroup } from "../tree/end-group.js";
import { LineSplitter } from "./line-splitter.js";
import { outputEndedEarly } from "./output-ended-early.js";
import { readProcess } from "../tree/process-table.js";
import { endTree } from "../tree/process-tree.js";
import { isMarker, newRuntimeMarker } from "../tree/runtime-marker.js";
import { startChild } from "./start-child.js";
import { StderrTail } from "./stderr-tail.js";
import { taskkill } from "../tree/taskkill.js";
import { Redactor } from "../redaction/redactor.js";
import { trace } from "../redaction/trace.js";
import { unwatch, watch } from "../tree/watchdog.js";

export interface CodexProcessOptions {
  executablePath: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd?: string | undefined;
  /** Called for each line of stdout. Must not throw. */
  onLine: (line: string) => void;
  /** Called once for each line that is longer than `maxLineBytes`. The line is dropped. */
  onOverflow?: ((bytes: number) => void) | undefined;
  /** @defaultValue 256 MiB */
  maxLineBytes?: number | undefined;
  /** Removes secrets from stderr and traces. */
  redactor?: Redactor | undefined;
  /** Whether to set an environment entry that identifies the processes of this tree (`CODEX_SDK_RUNTIME`). @defaultValue true */
  marked?: boolean | undefined;
}

export interface ExitStatus {
  /** Null if a signal ended the process, or if it was not started. */
  exitCode: number | null;
  signal: string | null;
  /** Redacted. */
  stderr: string;
  /** Not redacted. Use it for decisions only, never show it. */
  rawStderr: string;
}

const unkillableAfterMs = 2000;

export class CodexProcess {
  readonly #child: ChildProcess | undefined;
  readonly #stderr: StderrTail;
  readonly #redactor: Redactor;
  readonly #markers: string[] = [];
  readonly #startTime: string | undefined;
  #termination: Promise<ExitStatus> | undefined;
  /** Rejects with CodexUnusableError if the process cannot be started. */
  readonly spawned: Promise<void>;
  /** Resolves when the process has exited and its output is read. Does not wait for descendants that keep its output open. */
  readonly exited: Promise<ExitStatus>;

  /** Does not throw: `spawned` rejects instead. */
  static start(options: CodexProcessOptions): CodexProcess {
    return new CodexProcess(options);
  }

  private constructor(options: CodexProcessOptions) {
    this.#redactor = options.redactor ?? new Redactor();
    this.#stderr = new StderrTail(this.#redactor);
    const env = { ...options.env };
    if (options.marked ?? true) {
      const marker = newRuntimeMarker();
      this.#markers.push(marker);
      const [name = "", value = ""] = marker.split("=");
      env[name] = value;
    }
    const started = startChild({ ...options, env });
    this.#child = started.child;
    this.spawned = started.spawned;
    this.spawned.catch(() => {});
    this.#startTime = this.pid === undefined ? undefined : readProcess(this.pid)?.startTime;
    this.exited = this.#follow(options);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** The environment entry, `NAME=value`, that identifies processes of this tree. */
  get marker(): string | undefined {
    return this.#markers[0];
  }

  /** Whether the process has exited. Its last output may not have been read yet. */
  get hasEnded(): boolean {
    return this.#child === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Queues `text` for stdin. Has no effect after the process has exited. */
  write(text: string): void {
    trace("->", text, this.#redactor);
    const stdin = this.#child?.stdin;
    if (stdin?.writable) stdin.write(text);
  }

  /** Rejects with an error if the process closes its output and keeps running; otherwise never settles. */
  outputEndedEarly(): Promise<CodexError> {
    return this.#child ? outputEndedEarly(this.#child) : new Promise(() => undefined);
  }

  endInput(): void {
    this.#child?.stdin?.end();
  }

  /** The last 8 KiB of stderr, without colours and secrets. */
  stderrTail(): string {
    return this.#stderr.toString();
  }

  /** Adds an environment entry, `NAME=value`, that only processes of this tree have. See `marked`. */
  addMarker(marker: string): void {
    if (this.#markers.includes(marker) || !isMarker(marker)) return;
    this.#markers.push(marker);
    if (this.pid !== undefined && this.#isRunning) watch(this.pid, [marker]);
  }

  /** Keeps the host alive while the process runs. This is the default. */
  ref(): void {
    this.#child?.ref();
    this.#pipes().forEach((pipe) => pipe.ref());
  }

  /** Allows the host to exit while the process runs. */
  unref(): void {
    this.#child?.unref();
    this.#pipes().forEach((pipe) => pipe.unref());
  }

  /**
   * Ends the process and all its descendants: SIGTERM, then SIGKILL after `graceMs`. Resolves when they have exited. If the
   * process has already exited, ends the processes that it left behind. Further calls return the same promise.
   */
  terminate(graceMs: number): Promise<ExitStatus> {
    this.#termination ??= this.#terminate(graceMs);
    return this.#termination;
  }

  async #terminate(graceMs: number): Promise<ExitStatus> {
    if (this.#child && this.pid !== undefined) {
      this.ref();
      trace("--", `ending process ${this.pid} and its descendants`);
      if (process.platform === "win32") await taskkill(this.pid);
      else await this.#endTree(this.pid, graceMs);
      // If processes cannot be listed, no process has been ended yet.
      if (this.#isRunning) await endGroup(this.pid, exited(this.#child), graceMs);
    }
    return this.#exitedOrTimedOut();
  }

  #endTree(pid: number, graceMs: number): Promise<void> {
    // After the process has exited, its PID may belong to another process.
    const startTime = this.#startTime ?? (this.#isRunning ? undefined : "none");
    const tree = { pid, startTime, markers: this.#markers };
    return endTree(tree, graceMs, () => this.endInput());
  }

  /** A process that is blocked in the kernel survives SIGKILL. It must not delay its host. */
  async #exitedOrTimedOut(): Promise<ExitStatus> {
    const waiting = new AbortController();
    const stuck = delay(unkillableAfterMs, undefined, { signal: waiting.signal }).then(
      () => this.#status(null, null),
      () => this.exited,
    );
    const status = await Promise.race([this.exited, stuck]);
    waiting.abort();
    return status;
  }

  async #follow(options: CodexProcessOptions): Promise<ExitStatus> {
    const child = this.#child;
    if (!child?.stdout || !child.stderr || !child.stdin || child.pid === undefined) {
      return this.#status(null, null);
    }
    const { pid } = child;
    trace("--", `process ${pid}: ${options.executablePath} ${options.args.join(" ")}`, this.#redactor);
    watch(pid, this.#markers);
    const lines = new LineSplitter((line) => {
      trace("<-", line, this.#redactor);
      options.onLine(line);
    }, options);
    child.stdout.on("data", (chunk: Buffer) => lines.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => this.#stderr.push(chunk));
    // The process may exit before it has read all input. Its exit is reported, so EPIPE is redundant.
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on("error", () => {});
    await outputDrained(child);
    lines.flush();
    const status = this.#status(child.exitCode, child.signalCode);
    trace("--", `process ${pid} ended: ${status.signal ?? status.exitCode}`);
    await unwatch(pid);
    return status;
  }

  #status(exitCode: number | null, signal: string | null): ExitStatus {
    return { exitCode, signal, stderr: this.#stderr.toString(), rawStderr: this.#stderr.toRawString() };
  }

  get #isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** Sockets on Node.js and Deno; Bun has its own streams, some of which cannot be referenced. */
  #pipes(): Referenced[] {
    const { stdin, stdout, stderr } = this.#child ?? {};
    const streams: unknown[] = [stdin, stdout, stderr];
    return streams.filter(isReferenced);
  }
}

/** A handle that can keep the host alive. */
interface Referenced {
  ref(): unknown;
  unref(): unknown;
}

function isReferenced(stream: unknown): stream is Referenced {
  if (typeof stream !== "object" || stream === null || !("ref" in stream) || !("unref" in stream)) return false;
  return typeof stream.ref === "function" && typeof stream.unref === "function";
}
