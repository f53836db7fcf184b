// One turn's `codex exec`, from its start to its end, and whatever it leaves behind.
import { setTimeout as delay } from "node:timers/promises";
import { deferred } from "../internal/deferred.js";
import { ProtocolError } from "../errors/errors.js";
import type { CodexError } from "../errors/errors.js";
import { CodexProcess } from "../process/child/codex-process.js";
import { redact } from "../process/redaction/redact.js";
import type { EventSink, TurnEnd } from "../transport/transport.js";
import { failureOf, notCodex } from "./output/exec-failure.js";
import type { ExecLaunch } from "./launch/exec-launch.js";
import { ExecOutput } from "./output/exec-output.js";

export interface ExecRunOptions {
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

export class ExecRun {
  /** Rejects with what ended the turn, when nothing of it is left. */
  readonly result: Promise<TurnEnd>;
  readonly #options: ExecRunOptions;
  readonly #saidEnd = deferred<void>();
  readonly #overflow = deferred<CodexError>();
  readonly #output: ExecOutput;
  #codex: CodexProcess | undefined;

  /** `stopped` resolves when the host wants the turn to end. */
  constructor(launch: ExecLaunch, options: ExecRunOptions, stopped: Promise<CodexError>) {
    this.#options = options;
    this.#output = this.#newOutput(launch);
    this.result = this.#play(launch, stopped);
  }

  /** Whether something of the agent runs. */
  isBusy(): boolean {
    return this.#output.running.size > 0;
  }

  async #play(launch: ExecLaunch, stopped: Promise<CodexError>): Promise<TurnEnd> {
    const output = this.#output;
    const codex = CodexProcess.start({
      executablePath: launch.executablePath,
      args: launch.args,
      env: launch.env,
      secrets: launch.secrets,
      onLine: (line) => output.readLine(line),
      onOverflow: (bytes) => this.#overflow.resolve(tooLongLine(bytes)),
    });
    this.#codex = codex;
    codex.write(launch.prompt);
    codex.endInput();
    await codex.spawned;
    const broken = await Promise.race([
      this.#saidEnd.promise,
      codex.exited.then(() => undefined),
      this.#overflow.promise,
      codex.outlivesOutput(),
      stopped,
    ]);
    return output.end ? this.#leave(codex, output.end, stopped) : this.#breakOff(codex, launch, broken ?? undefined);
  }

  #newOutput({ threadId, before, secrets }: ExecLaunch): ExecOutput {
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
  async #leave(codex: CodexProcess, end: NonNullable<ExecOutput["end"]>, stopped: Promise<unknown>): Promise<TurnEnd> {
    const waiting = new AbortController();
    const limit = delay(lingerMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([codex.exited, limit, stopped]);
    waiting.abort();
    await codex.terminate(Math.min(this.#options.shutdownGraceMs, leftoverGraceMs));
    if ("error" in end) throw end.error;
    return { id: null, diff: null, usage: end.usage, threadUsage: end.threadUsage };
  }

  /** The turn is not over, and will not be: it was stopped, or codex is gone. */
  async #breakOff(codex: CodexProcess, launch: ExecLaunch, reason: CodexError | undefined): Promise<never> {
    const output = this.#output;
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
}

function tooLongLine(bytes: number): CodexError {
  return new ProtocolError(`codex printed a line of more than ${bytes} bytes, which is over the limit.`);
}
