// A turn over app-server, from its request until everything that it started has ended.
import { asCodexError } from "../../errors/as-codex-error.js";
import type { CodexError } from "../../errors/errors.js";
import type { InputPart } from "../../input/input.js";
import type { RunningTurn, TurnEnd } from "../../transport/transport.js";
import { unknownUsage } from "../../usage/turn-usage.js";
import type { StartContext, StartingTurn } from "./start-turn.js";

/** Loaded with the first turn: the code that starts, reads and ends a turn is a large part of this package. */
export const loadTurnModules = () => Promise.all([import("./start-turn.js"), import("./end-turn.js")]);

export class AppServerTurn implements RunningTurn {
  readonly ended: Promise<TurnEnd>;
  readonly #context: Omit<StartContext, "signal" | "interrupt">;
  /** Aborts with the reason when the host wants the turn to end. */
  readonly #stop = new AbortController();
  #starting: StartingTurn | undefined;

  constructor(context: Omit<StartContext, "signal" | "interrupt">) {
    this.#context = context;
    this.ended = this.#run();
  }

  isBusy(): boolean {
    return this.#starting?.session?.isBusy() ?? false;
  }

  get soFar(): TurnEnd {
    return this.#starting?.session?.soFar ?? { id: null, diff: null, threadUsage: null, ...unknownUsage() };
  }

  interrupt(reason: CodexError): void {
    this.#stop.abort(reason);
    this.#starting?.session?.requests.endTools(reason);
  }

  async sandboxWorks(): Promise<boolean> {
    const session = this.#starting?.session;
    if (!session) return true;
    const { sandboxWorks } = await import("./sandbox-probe.js");
    return sandboxWorks(session.context.connection);
  }

  async steer(input: readonly InputPart[]): Promise<boolean> {
    if (this.#stop.signal.aborted) return false;
    return (await this.#starting?.session?.steer(input)) ?? false;
  }

  async #run(): Promise<TurnEnd> {
    const { server, thread } = this.#context;
    const { signal } = this.#stop;
    try {
      const [{ StartingTurn }, { waitForEnd, endTurn }] = await loadTurnModules();
      const interrupt = (reason: CodexError) => this.interrupt(reason);
      this.#starting = new StartingTurn({ ...this.#context, signal, interrupt });
      const session = await this.#starting.start();
      const outcome = await waitForEnd(session, server, signal);
      const { turnId, hasExitedServer, context } = session;
      const isLost = "lost" in outcome;
      thread.onTurnEnded({ connection: context.connection, turnId, isLost, mustReload: isLost || hasExitedServer });
      // The reason is a CodexError, see `interrupt`.
      const stopReason = signal.aborted ? (signal.reason as CodexError) : undefined;
      const { once, isReview } = this.#context;
      const save = (error?: CodexError) =>
        thread.save(context.connection, {
          once: once && ((marks) => once.end(marks, session.soFar, error)),
          ...(!error && !isReview && turnId !== null && { turnId }),
        });
      return await endTurn(session, outcome, { server, stopReason, save });
    } catch (error) {
      throw asCodexError(signal.aborted ? signal.reason : error);
    } finally {
      this.#starting?.release();
    }
  }
}
