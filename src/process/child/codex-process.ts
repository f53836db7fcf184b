// One codex process: lines out, text in, and an end that leaves nothing behind.
import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { CodexError } from "../../errors/errors.js";
import { drained, exited } from "./drained.js";
import { endGroup } from "../tree/end-group.js";
import { LineSplitter } from "./line-splitter.js";
import { outlivesOutput } from "./outlives-output.js";
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
  /** Called for each line of stdout; must not throw. */
  onLine: (line: string) => void;
  /** Called once for each line over `maxLineBytes`; the line is dropped. */
  onOverflow?: ((bytes: number) => void) | undefined;
  /** Default 256 MiB. */
  maxLineBytes?: number | undefined;
  /** Removes secrets from stderr and traces. */
  redactor?: Redactor | undefined;
  /** Whether the environment gets an entry that tells this tree's processes (`CODEX_SDK_RUNTIME`). Default true. */
  marked?: boolean | undefined;
}

export interface ExitStatus {
  /** Null when a signal ended the process, or when it was never started. */
  exitCode: number | null;
  signal: string | null;
  /** Redacted. */
  stderr: string;
  /** Not redacted, to decide what happened: never show it. */
  rawStderr: string;
}

const stuckAfterMs = 2000;

export class CodexProcess {
  readonly #child: ChildProcess | undefined;
  readonly #stderr: StderrTail;
  readonly #redactor: Redactor;
  readonly #markers: string[] = [];
  readonly #startTime: string | undefined;
  #termination: Promise<ExitStatus> | undefined;
  /** Rejects with CodexUnusableError when the process cannot be started. */
  readonly spawned: Promise<void>;
  /** Settles when the process has ended and its output is read. Descendants that keep its output open do not count. */
  readonly exited: Promise<ExitStatus>;

  /** Does not throw; `spawned` rejects instead. */
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

  /** The environment entry, `NAME=value`, by which processes of this tree are recognised. */
  get marker(): string | undefined {
    return this.#markers[0];
  }

  /** Whether the process has ended; its last output may still be on the way. */
  get hasEnded(): boolean {
    return this.#child === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Queues `text` for stdin. After the process's end, it goes nowhere. */
  write(text: string): void {
    trace("->", text, this.#redactor);
    const stdin = this.#child?.stdin;
    if (stdin?.writable) stdin.write(text);
  }

  /** Settles, with the error to end it with, when the process has closed its output and lives on; else never. */
  outlivesOutput(): Promise<CodexError> {
    return this.#child ? outlivesOutput(this.#child) : new Promise(() => undefined);
  }

  endInput(): void {
    this.#child?.stdin?.end();
  }

  /** The last 8 KiB of stderr, without colours and secrets. */
  stderrTail(): string {
    return this.#stderr.toString();
  }

  /** Tells of one more environment entry, `NAME=value`, that only processes of this tree have; see `marked`. */
  addMarker(marker: string): void {
    if (this.#markers.includes(marker) || !isMarker(marker)) return;
    this.#markers.push(marker);
    if (this.pid !== undefined && this.#isRunning) watch(this.pid, [marker]);
  }

  /** The host stays alive as long as the process does. So it is from the start. */
  ref(): void {
    this.#child?.ref();
    this.#pipes().forEach((pipe) => pipe.ref());
  }

  /** The host may exit while the process runs. */
  unref(): void {
    this.#child?.unref();
    this.#pipes().forEach((pipe) => pipe.unref());
  }

  /**
   * Ends the process and all its descendants: SIGTERM, after `graceMs` SIGKILL. Settles when they are gone.
   * After the process's own end it ends what the process has left behind. Further calls get the first one's promise.
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
      // Where processes cannot be listed, nothing has been ended yet.
      if (this.#isRunning) await endGroup(this.pid, exited(this.#child), graceMs);
    }
    return this.#exitedOrStuck();
  }

  #endTree(pid: number, graceMs: number): Promise<void> {
    // Once the process has ended, whoever has its pid is somebody else.
    const startTime = this.#startTime ?? (this.#isRunning ? undefined : "none");
    const tree = { pid, startTime, markers: this.#markers };
    return endTree(tree, graceMs, () => this.endInput());
  }

  /** A process that is stuck in the kernel outlives SIGKILL, and must not hold up its host. */
  async #exitedOrStuck(): Promise<ExitStatus> {
    const waiting = new AbortController();
    const stuck = delay(stuckAfterMs, undefined, { signal: waiting.signal }).then(
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
    // The process may end before it has read all that was written: its exit tells, EPIPE adds nothing.
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on("error", () => {});
    await drained(child);
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

  /** Sockets on Node.js and Deno; on Bun streams of its own, of which not all can be referenced. */
  #pipes(): Referenced[] {
    const { stdin, stdout, stderr } = this.#child ?? {};
    const streams: unknown[] = [stdin, stdout, stderr];
    return streams.filter(isReferenced);
  }
}

/** What can keep the host alive, or not. */
interface Referenced {
  ref(): unknown;
  unref(): unknown;
}

function isReferenced(stream: unknown): stream is Referenced {
  if (typeof stream !== "object" || stream === null || !("ref" in stream) || !("unref" in stream)) return false;
  return typeof stream.ref === "function" && typeof stream.unref === "function";
}
