// One turn on app-server, from its request to the moment nothing of it is left.
import { asCodexError } from "../../errors/as-codex-error.js";
import type { CodexError } from "../../errors/errors.js";
import type { InputPart } from "../../input/input.js";
import type { RunningTurn, TurnEnd } from "../../transport/transport.js";
import { unknownUsage } from "../../usage/turn-usage.js";
import { endTurn, untilOver } from "./end-turn.js";
import { sandboxWorks } from "./sandbox-probe.js";
import { StartingTurn } from "./start-turn.js";
import type { StartContext } from "./start-turn.js";

export class AppServerTurn implements RunningTurn {
  readonly ended: Promise<TurnEnd>;
  readonly #context: Omit<StartContext, "signal" | "interrupt">;
  /** Aborted with the reason when the host wants the turn to end. */
  readonly #stop = new AbortController();
  readonly #starting: StartingTurn;

  constructor(context: Omit<StartContext, "signal" | "interrupt">) {
    this.#context = context;
    const interrupt = (reason: CodexError) => this.interrupt(reason);
    this.#starting = new StartingTurn({ ...context, signal: this.#stop.signal, interrupt });
    this.ended = this.#run();
  }

  isBusy(): boolean {
    return this.#starting.session?.isBusy() ?? false;
  }

  get soFar(): TurnEnd {
    return this.#starting.session?.soFar ?? { id: null, diff: null, threadUsage: null, ...unknownUsage() };
  }

  interrupt(reason: CodexError): void {
    this.#stop.abort(reason);
    this.#starting.session?.requests.endTools(reason);
  }

  async sandboxWorks(): Promise<boolean> {
    const { session } = this.#starting;
    return session ? sandboxWorks(session.context.connection) : true;
  }

  async steer(input: readonly InputPart[]): Promise<boolean> {
    if (this.#stop.signal.aborted) return false;
    return (await this.#starting.session?.steer(input)) ?? false;
  }

  async #run(): Promise<TurnEnd> {
    // Nothing of the turn may run before its caller holds it.
    await Promise.resolve();
    const { server, thread } = this.#context;
    const { signal } = this.#stop;
    try {
      const session = await this.#starting.start();
      const over = await untilOver(session, server, signal);
      const { turnId, hasDeadServer, context } = session;
      const isLost = "lost" in over;
      thread.onTurnOver({ connection: context.connection, turnId, isLost, mustReload: isLost || hasDeadServer });
      // The reason is a CodexError, see `interrupt`.
      const stopReason = signal.aborted ? (signal.reason as CodexError) : undefined;
      const { recorder } = this.#context.host;
      const save = (isCompleted: boolean) =>
        thread.save(context.connection, recorder?.marksAtEnd(session.soFar, isCompleted));
      return await endTurn(session, over, { server, stopReason, save });
    } catch (error) {
      throw asCodexError(signal.aborted ? signal.reason : error);
    } finally {
      this.#starting.release();
    }
  }
}
