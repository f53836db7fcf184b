// Shared by the threads of one `Codex` over exec: its options, the running turns, and their end.
import type { CodexOptions } from "../options/options.js";
import { closedError, Closing } from "../transport/closing.js";
import type { RunningTurn } from "../transport/transport.js";

export class ExecRuntime {
  readonly options: CodexOptions;
  readonly shutdownGraceMs: number;
  readonly closing = new Closing();
  readonly #turns = new Set<RunningTurn>();

  constructor(options: CodexOptions, shutdownGraceMs: number) {
    this.options = options;
    this.shutdownGraceMs = shutdownGraceMs;
  }

  /** @throws ClosedError if this runtime was closed. */
  checkOpen(): void {
    if (this.closing.isClosed) throw closedError();
  }

  /** Makes `close` wait for this turn. */
  add(turn: RunningTurn): void {
    this.#turns.add(turn);
    const remove = () => void this.#turns.delete(turn);
    turn.ended.then(remove, remove);
  }

  async close(): Promise<void> {
    this.closing.close();
    const turns = [...this.#turns];
    for (const turn of turns) turn.interrupt(closedError());
    await Promise.allSettled(turns.map((turn) => turn.ended));
  }
}
