// What the threads of one Codex share over exec: its options, the turns that run, and their end.
import { ClosedError } from "../errors/errors.js";
import type { CodexOptions } from "../options/options.js";
import type { RunningTurn } from "../transport/transport.js";
import { TurnPlaces } from "../transport/turn-places.js";

export class ExecRuntime {
  readonly options: CodexOptions;
  readonly shutdownGraceMs: number;
  readonly places = new TurnPlaces();
  readonly #turns = new Set<RunningTurn>();
  #closing: Promise<void> | undefined;

  constructor(options: CodexOptions, shutdownGraceMs: number) {
    this.options = options;
    this.shutdownGraceMs = shutdownGraceMs;
  }

  /** @throws ClosedError once this runtime was closed. */
  checkOpen(): void {
    if (this.#closing) throw closedError();
  }

  /** `close` waits for this turn. */
  add(turn: RunningTurn): void {
    this.#turns.add(turn);
    const remove = () => void this.#turns.delete(turn);
    turn.ended.then(remove, remove);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const turns = [...this.#turns];
    for (const turn of turns) turn.interrupt(closedError());
    await Promise.allSettled(turns.map((turn) => turn.ended));
  }
}

function closedError(): ClosedError {
  return new ClosedError("This Codex was closed. Make a new one to go on.");
}
