// Runs `codex exec` for one turn, from its start until it and all its processes have exited.
import { setTimeout as delay } from "node:timers/promises";
import { deferred } from "../internal/deferred.js";
import { ProtocolError } from "../errors/errors.js";
import type { CodexError } from "../errors/errors.js";
import { CodexProcess } from "../process/child/codex-process.js";
import type { ThreadItem } from "../events/items.js";
import { noUsage } from "../events/usage.js";
import { mayHaveUnreported } from "../rollouts/unreported-calls.js";
import type { EventSink, TurnEnd, TurnHost } from "../transport/transport.js";
import { unknownUsage } from "../usage/turn-usage.js";
import { ExecMeter } from "./exec-meter.js";
import { failureOf, notCodex } from "./output/exec-failure.js";
import type { ExecLaunch } from "./launch/exec-launch.js";
import { ExecOutput } from "./output/exec-output.js";
import type { ReportedEnd } from "./output/exec-output.js";

export interface ExecRunOptions {
  emit: EventSink;
  /** Receives each model request, soon after it has ended. */
  onCall?: TurnHost["onCall"] | undefined;
  onThread: (id: string) => void;
  /** Codex has reported how the turn ended. */
  onEnd: () => void;
  shutdownGraceMs: number;
}

/** Codex writes its last records after it has reported the end of the turn. This takes about 70 ms. */
const exitLimitMs = 1_000;
/** The time after which remaining processes are killed. */
const descendantsGraceMs = 500;

export class ExecRun {
  /** Rejects with the error that ended the turn, after all its processes have exited. */
  readonly result: Promise<TurnEnd>;
  /** The partial result of the turn; complete when it has ended. */
  soFar: TurnEnd = { id: null, diff: null, threadUsage: null, ...unknownUsage() };
  readonly #options: ExecRunOptions;
  readonly #endReported = deferred<void>();
  readonly #overflow = deferred<CodexError>();
  readonly #output: ExecOutput;
  readonly #meter: ExecMeter;
  #codex: CodexProcess | undefined;

  /** `stopped` resolves when the host wants the turn to end. */
  constructor(launch: ExecLaunch, options: ExecRunOptions, stopped: Promise<CodexError>) {
    this.#options = options;
    this.#meter = new ExecMeter(launch, options.onCall);
    this.#output = this.#newOutput(launch);
    this.result = this.#run(launch, stopped).finally(() => this.#meter.stop());
  }

  /** Whether a command or another item of the agent is running. */
  isBusy(): boolean {
    return this.#output.running.size > 0;
  }

  async #run(launch: ExecLaunch, stopped: Promise<CodexError>): Promise<TurnEnd> {
    const output = this.#output;
    const codex = CodexProcess.start({
      executablePath: launch.executablePath,
      args: launch.args,
      env: launch.env,
      redactor: launch.redactor,
      onLine: (line) => output.readLine(line),
      onOverflow: (bytes) => this.#overflow.resolve(tooLongLine(bytes)),
    });
    this.#codex = codex;
    codex.write(launch.prompt);
    codex.endInput();
    await codex.spawned;
    const broken = await Promise.race([
      this.#endReported.promise,
      codex.exited.then(() => undefined),
      this.#overflow.promise,
      codex.outputEndedEarly(),
      stopped,
    ]);
    return output.end ? this.#waitForExit(codex, launch, stopped) : this.#breakOff(codex, launch, broken ?? undefined);
  }

  #newOutput({ threadId, before, redactor }: ExecLaunch): ExecOutput {
    const { emit, onThread, onEnd } = this.#options;
    return new ExecOutput({
      emit: (event) => {
        emit(event);
        if (event.type === "item.completed" && isTool(event.item)) this.#meter.toolEnded();
      },
      before,
      redactor,
      onThread: (id) => {
        // The user's configuration may withhold other variables from the agent's commands, but not this one.
        if (threadId === null) this.#codex?.addMarker(`CODEX_THREAD_ID=${id}`);
        this.#meter.threadId = id;
        onThread(id);
      },
      onEnd: () => {
        onEnd();
        this.#endReported.resolve();
      },
    });
  }

  /** The turn has ended. Gives Codex time to exit, then ends the processes that it left behind. */
  async #waitForExit(codex: CodexProcess, launch: ExecLaunch, stopped: Promise<unknown>): Promise<TurnEnd> {
    const { end } = this.#output;
    await this.#readUsage();
    if (end) await this.#emitEnd(end);
    const waiting = new AbortController();
    const limit = delay(exitLimitMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([codex.exited, limit, stopped]);
    waiting.abort();
    await codex.terminate(Math.min(this.#options.shutdownGraceMs, descendantsGraceMs));
    if (end && "error" in end) throw end.error;
    return this.soFar;
  }

  /** Emits what Codex did not report, and then how the turn ended. */
  async #emitEnd(end: ReportedEnd): Promise<void> {
    const { emit } = this.#options;
    const isFailed = "error" in end;
    if (mayHaveUnreported(this.soFar.calls, isFailed ? "failed" : "completed")) {
      for (const item of await this.#meter.unreportedItems(this.#output)) emit({ type: "item.completed", item });
    }
    if (isFailed) emit({ type: "turn.failed", error: { message: end.message, code: end.error.code } });
    else emit({ type: "turn.completed", usage: this.soFar.usage ?? noUsage });
  }

  /** Codex does not print all requests, but the rollout records them. An ephemeral thread does not have a rollout. */
  async #readUsage(): Promise<void> {
    const { end } = this.#output;
    if (end && "usage" in end) this.soFar = { ...this.soFar, ...end, totalUsage: end.usage };
    this.soFar = { ...this.soFar, ...(await this.#meter.settle()) };
  }

  /** The turn has not ended and will not end: it was stopped, or Codex has exited. */
  async #breakOff(codex: CodexProcess, launch: ExecLaunch, reason: CodexError | undefined): Promise<never> {
    const output = this.#output;
    if (reason) output.ignore();
    const status = await codex.terminate(this.#options.shutdownGraceMs);
    await this.#readUsage();
    if (reason) throw reason;
    const failure = (await notCodex(output, status, launch)) ?? failureOf({ ...launch, status, output });
    const error = launch.redactor.redactError(failure);
    // If Codex reported a reason, the turn failed. Otherwise it broke off, and only the error describes why.
    if (output.lastError !== undefined) {
      this.#options.emit({ type: "turn.failed", error: { message: error.message, code: error.code } });
    }
    throw error;
  }
}

/** Something that the model waits for. */
function isTool({ type }: ThreadItem): boolean {
  return type !== "agent_message" && type !== "reasoning" && type !== "error" && type !== "todo_list";
}

function tooLongLine(bytes: number): CodexError {
  return new ProtocolError(`Codex printed a line of more than ${bytes} bytes, which is over the limit.`);
}
