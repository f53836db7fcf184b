// Ends an attempt before anything is sent: the store says what became of the turn.
import { CodexError } from "../../errors/errors.js";
import type { OnceOutcome } from "./once-outcome.js";

export class OutcomeKnown extends CodexError {
  readonly outcome: OnceOutcome<undefined>;

  constructor(outcome: OnceOutcome<undefined>) {
    super("interrupted", `The turn ${JSON.stringify(outcome.turnKey)} was run before.`);
    this.outcome = outcome;
  }
}
