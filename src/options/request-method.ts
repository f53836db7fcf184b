// Validates the method of a request of Codex's own protocol.
import { describe } from "../validation/check-options.js";
import { InvalidInputError } from "../errors/errors.js";

/** @throws InvalidInputError */
export function checkMethod(method: unknown): void {
  if (typeof method !== "string" || method.trim() === "") {
    throw new InvalidInputError(
      `The method of a request must be a string such as "thread/list", not ${describe(method)}.`,
    );
  }
  if (method === "initialize") {
    throw new InvalidInputError('"initialize" cannot be sent again. The SDK sends it when it starts Codex.');
  }
}
