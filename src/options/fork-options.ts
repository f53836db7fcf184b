// Options for forking a thread, and their validation.
import { describe } from "../validation/check-options.js";
import { InvalidInputError } from "../errors/errors.js";
import { readThreadOptions } from "./option-checks.js";
import type { ThreadOptions } from "./options.js";

/** Omitted options are those of the original thread. `ephemeral` is not inherited. */
export interface ForkOptions extends ThreadOptions {
  /** ID of the last turn that the fork contains. @defaultValue the latest turn */
  atTurn?: string | undefined;
}

/** @throws InvalidInputError */
export function splitForkOptions(options: ForkOptions): { atTurn: string | undefined; given: ThreadOptions } {
  if (typeof options !== "object" || options === null) readThreadOptions(options);
  const { atTurn, ...given } = options;
  if (atTurn !== undefined && (typeof atTurn !== "string" || atTurn.trim() === "")) {
    throw new InvalidInputError(`ForkOptions.atTurn must be the ID of a turn, not ${describe(atTurn)}.`);
  }
  return { atTurn, given: readThreadOptions(given) };
}
