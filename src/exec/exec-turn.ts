// One turn over exec: prepares its process and runs it.
import { asCodexError } from "../errors/as-codex-error.js";
import type { CodexError } from "../errors/errors.js";
import { deferred } from "../internal/deferred.js";
import type { RunningTurn, TurnEnd } from "../transport/transport.js";
import type { ExecLaunch } from "./launch/exec-launch.js";
import type { ExecRun, ExecRunOptions } from "./exec-run.js";
import { unknownUsage } from "../usage/turn-usage.js";
import { unsupported } from "./unsupported.js";

export interface ExecTurnOptions extends ExecRunOptions {
  /** Validates the turn and prepares everything that its process requires. */
  prepare(): Promise<ExecLaunch>;
}

export class ExecTurn implements RunningTurn {
  readonly ended: Promise<TurnEnd>;
  readonly #options: ExecTurnOptions;
  /** Resolves when the host wants the turn to end. */
  readonly #stopped = deferred<CodexError>();
  #stopReason: CodexError | undefined;
  #process: ExecRun | undefined;
  #launch: ExecLaunch | undefined;

  constructor(options: ExecTurnOptions) {
    this.#options = options;
    this.ended = this.#run();
  }

  get soFar(): TurnEnd {
    return this.#process?.soFar ?? { id: null, diff: null, threadUsage: null, ...unknownUsage() };
  }

  isBusy(): boolean {
    return this.#process?.isBusy() ?? false;
  }

  async sandboxWorks(): Promise<boolean> {
    if (!this.#launch) return true;
    const { sandboxWorks } = await import("./sandbox-probe.js");
    return sandboxWorks(this.#launch);
  }

  steer(): Promise<boolean> {
    return Promise.reject(unsupported("add input to a running turn"));
  }

  interrupt(reason: CodexError): void {
    this.#stopReason ??= reason;
    this.#stopped.resolve(reason);
  }

  async #run(): Promise<TurnEnd> {
    // The turn must not start before its caller has received it.
    await Promise.resolve();
    try {
      if (this.#stopReason) throw this.#stopReason;
      const launch = await this.#options.prepare();
      this.#launch = launch;
      const { ExecRun } = await import("./exec-run.js");
      if (this.#stopReason) throw this.#stopReason;
      this.#process = new ExecRun(launch, this.#options, this.#stopped.promise);
      return await this.#process.result;
    } catch (error) {
      throw asCodexError(error);
    } finally {
      await this.#launch?.files.remove();
    }
  }
}
