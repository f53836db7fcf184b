// One turn over exec: its process from start to end, and whatever that process leaves behind.
import { setTimeout as delay } from "node:timers/promises";
import { CodexError, ProtocolError } from "../../errors.js";
import { deferred } from "../../deferred.js";
import { CodexProcess } from "../process/codex-process.js";
import { redact } from "../process/redact.js";
import type { EventSink, RunningTurn, TurnEnd } from "../transport.js";
import { failureOf, notCodex } from "./exec-failure.js";
import { ExecOutput } from "./exec-output.js";
import type { ExecLaunch } from "./exec-launch.js";
import { unsupported } from "./unsupported.js";

export interface ExecTurnOptions {
  /** Waits for the turn's place in its conversation. */
  enter(): Promise<void>;
  /** Checks the turn and makes everything ready for its process. */
  prepare(): Promise<ExecLaunch>;
  emit: EventSink;
  onThread: (id: string) => void;
  /** codex has said how the turn ended. */
  onEnd: () => void;
  shutdownGraceMs: number;
}

/** codex writes its last records after it has said that the turn is over; that takes it some 70 ms. */
const lingerMs = 1_000;
/** What is still there after that has had its time. */
const leftoverGraceMs = 500;

export class ExecTurn implements RunningTurn {
  readonly ended: Promise<TurnEnd>;
  readonly #options: ExecTurnOptions;
  /** Fires when the host wants the turn to end. */
  readonly #stop = new AbortController();
  readonly #saidEnd = deferred<void>();
  #output: ExecOutput | undefined;
  #codex: CodexProcess | undefined;

  constructor(options: ExecTurnOptions) {
    this.#options = options;
    this.ended = this.#run();
  }

  isBusy(): boolean {
    return (this.#output?.running.size ?? 0) > 0;
  }

  steer(): Promise<boolean> {
    return Promise.reject(unsupported("add input to a running turn"));
  }

  interrupt(reason: CodexError): void {
    this.#stop.abort(reason);
  }

  async #run(): Promise<TurnEnd> {
    // Nothing of the turn may run before its caller holds it.
    await Promise.resolve();
    let launch: ExecLaunch | undefined;
    try {
      await this.#unlessStopped(this.#options.enter());
      launch = await this.#options.prepare();
      this.#stop.signal.throwIfAborted();
      return await this.#play(launch);
    } catch (error) {
      throw asCodexError(error);
    } finally {
      await launch?.files.remove();
    }
  }

  async #play(launch: ExecLaunch): Promise<TurnEnd> {
    const output = this.#readInto(launch);
    this.#output = output;
    const overflow = deferred<CodexError>();
    const codex = CodexProcess.start({
      executablePath: launch.executablePath,
      args: launch.args,
      env: launch.env,
      secrets: launch.secrets,
      onLine: (line) => output.readLine(line),
      onOverflow: (bytes) => overflow.resolve(tooLongLine(bytes)),
    });
    this.#codex = codex;
    codex.write(launch.prompt);
    codex.endInput();
    await codex.spawned;
    const broken = await Promise.race([
      this.#saidEnd.promise,
      codex.exited.then(() => undefined),
      overflow.promise,
      codex.outlivesOutput(),
      once(this.#stop.signal).then(() => this.#stopReason()),
    ]);
    return output.end ? this.#leave(codex, output.end) : this.#breakOff(codex, output, launch, broken ?? undefined);
  }

  #readInto({ threadId, before, secrets }: ExecLaunch): ExecOutput {
    const { emit, onThread, onEnd } = this.#options;
    return new ExecOutput({
      emit,
      before,
      secrets,
      onThread: (id) => {
        // The user's configuration may keep other variables from the agent's commands, but not this one.
        if (threadId === null) this.#codex?.addMarker(`CODEX_THREAD_ID=${id}`);
        onThread(id);
      },
      onEnd: () => {
        onEnd();
        this.#saidEnd.resolve();
      },
    });
  }

  /** The turn is over. codex gets the time it needs to go by itself, and what it leaves behind goes too. */
  async #leave(codex: CodexProcess, end: NonNullable<ExecOutput["end"]>): Promise<TurnEnd> {
    const waiting = new AbortController();
    const limit = delay(lingerMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([codex.exited, limit, once(this.#stop.signal)]);
    waiting.abort();
    await codex.terminate(Math.min(this.#options.shutdownGraceMs, leftoverGraceMs));
    if ("error" in end) throw end.error;
    return { id: null, diff: null, usage: end.usage, threadUsage: end.threadUsage };
  }

  /** The turn is not over, and will not be: it was stopped, or codex is gone. */
  async #breakOff(
    codex: CodexProcess,
    output: ExecOutput,
    launch: ExecLaunch,
    reason: CodexError | undefined,
  ): Promise<never> {
    if (reason) output.mute();
    const status = await codex.terminate(this.#options.shutdownGraceMs);
    if (reason) throw reason;
    const error = (await notCodex(output, status, launch)) ?? failureOf({ ...launch, status, output });
    error.message = redact(error.message, launch.secrets);
    // Where codex named a reason, the turn has failed; else it broke off, and nothing says why but the error.
    if (output.lastError !== undefined) {
      this.#options.emit({ type: "turn.failed", error: { message: error.message, code: error.code } });
    }
    throw error;
  }

  async #unlessStopped(work: Promise<void>): Promise<void> {
    work.catch(() => undefined);
    await Promise.race([work, once(this.#stop.signal)]);
    this.#stop.signal.throwIfAborted();
  }

  #stopReason(): CodexError {
    return asCodexError(this.#stop.signal.reason);
  }
}

function tooLongLine(bytes: number): CodexError {
  return new ProtocolError(`codex printed a line of more than ${bytes} bytes, which is over the limit.`);
}

function once(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function asCodexError(error: unknown): CodexError {
  if (CodexError.isInstance(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ProtocolError(`The turn ended in an unexpected error: ${message}`, { cause: error });
}
