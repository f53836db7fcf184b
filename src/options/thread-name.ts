// Validates the name of a thread.
import { describe } from "../validation/check-options.js";
import { InvalidInputError } from "../errors/errors.js";

/** @throws InvalidInputError */
export function checkThreadName(name: unknown): void {
  if (typeof name === "string" && name.trim() !== "") return;
  throw new InvalidInputError(`The name of a thread must be a string that is not empty, not ${describe(name)}.`);
}
