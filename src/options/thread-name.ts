// A conversation's title.
import { describe } from "../validation/check-options.js";
import { InvalidInputError } from "../errors/errors.js";

/** @throws InvalidInputError */
export function checkThreadName(name: unknown): void {
  if (typeof name === "string" && name.trim() !== "") return;
  throw new InvalidInputError(`A thread's name is a string that is not empty, not ${describe(name)}.`);
}
