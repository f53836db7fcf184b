// How a conversation is branched.
import { describe } from "../validation/check-options.js";
import { InvalidInputError } from "../errors/errors.js";
import { readThreadOptions } from "./option-checks.js";
import type { ThreadOptions } from "./options.js";

/** What is not given stays as the thread has it; only `ephemeral` is the fork's own. */
export interface ForkOptions extends ThreadOptions {
  /** The id of the last turn that the fork takes over. Default: all turns. */
  atTurn?: string | undefined;
}

/** @throws InvalidInputError */
export function splitForkOptions(options: ForkOptions): { atTurn: string | undefined; given: ThreadOptions } {
  if (typeof options !== "object" || options === null) readThreadOptions(options);
  const { atTurn, ...given } = options;
  if (atTurn !== undefined && (typeof atTurn !== "string" || atTurn.trim() === "")) {
    throw new InvalidInputError(`ForkOptions.atTurn must be the id of a turn, not ${describe(atTurn)}.`);
  }
  return { atTurn, given: readThreadOptions(given) };
}
