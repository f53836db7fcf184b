// Reads a turn's final answer as its schema wants it.
import { OutputInvalidError } from "../errors/errors.js";
import { summarize } from "./issues.js";
import type { PreparedSchema } from "./prepare-schema.js";

/**
 * The value that `text` holds, as `schema` gives it.
 *
 * @throws OutputInvalidError when `text` is not JSON, or does not fit.
 */
export async function parseOutput<T>(text: string, schema: PreparedSchema<T>): Promise<T> {
  const value = parseJson(text);
  const validation = await schema.validate(value);
  if (validation.ok) return validation.value;
  const { issues } = validation;
  throw new OutputInvalidError(`The final answer does not fit the outputSchema: ${summarize(issues)}.`, text, issues);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.trim()) as unknown;
  } catch (cause) {
    // JSON.parse throws SyntaxError only; its message says where.
    const message = text.trim() === "" ? "it is empty" : (cause as SyntaxError).message;
    const issues = [{ message, path: [] }];
    throw new OutputInvalidError(`The final answer is not JSON: ${message}.`, text, issues, { cause });
  }
}
