// Parses and validates the final answer of a turn with an `outputSchema`.
import { OutputInvalidError } from "../errors/errors.js";
import { messageOf } from "../internal/message-of.js";
import { summarize } from "./issues.js";
import type { PreparedSchema } from "./prepare-schema.js";

/**
 * The value in `text`, with the defaults and transforms of the schema.
 *
 * @throws OutputInvalidError if `text` is not JSON or does not match the schema.
 */
export async function parseOutput<T>(text: string, schema: PreparedSchema<T>): Promise<T> {
  const value = parseJson(text);
  const validation = await schema.validate(value);
  if (validation.ok) return validation.value;
  const { issues, ...options } = validation;
  const message = `The final answer does not match the outputSchema: ${summarize(issues)}.`;
  throw new OutputInvalidError(message, text, issues, "cause" in options ? { cause: options.cause } : {});
}

function parseJson(text: string): unknown {
  if (depthOf(text) > maxDepth) throw notJson(text, `it is nested more than ${maxDepth} levels deep`);
  try {
    return JSON.parse(text.trim()) as unknown;
  } catch (cause) {
    throw notJson(text, text.trim() === "" ? "it is empty" : messageOf(cause), cause);
  }
}

function notJson(text: string, message: string, cause?: unknown): OutputInvalidError {
  const issues = [{ message, path: [] }];
  return new OutputInvalidError(`The final answer cannot be read as JSON: ${message}.`, text, issues, { cause });
}

/** Validators are recursive, so deeper values could overflow the stack. */
const maxDepth = 500;

function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let index = 0; index < json.length; index++) {
    const character = json[index];
    if (isInString) {
      if (character === "\\") index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "[" || character === "{") deepest = Math.max(deepest, ++depth);
    else if (character === "]" || character === "}") depth--;
  }
  return deepest;
}
