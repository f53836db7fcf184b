// Ends an attempt before anything is sent, because the store has the outcome.
import { CodexError } from "../../errors/errors.js";
import type { OnceOutcome } from "./once-outcome.js";

export class OutcomeKnown extends CodexError {
  readonly outcome: OnceOutcome<undefined>;

  constructor(outcome: OnceOutcome<undefined>) {
    super("interrupted", `The turn ${JSON.stringify(outcome.turnKey)} was run before.`);
    this.outcome = outcome;
  }
}
