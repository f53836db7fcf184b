// Standard Schema: its JSON Schema, and validation by its library.
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { InvalidInputError, type OutputIssue } from "../errors/errors.js";
import { isJsonObject, type JsonObject } from "../internal/json.js";

/** Whether `schema` implements Standard Schema. ArkType's schemas are functions. */
export function isStandardSchema(schema: unknown): schema is StandardSchemaV1 {
  if ((typeof schema !== "object" && typeof schema !== "function") || schema === null) return false;
  const standard: unknown = Reflect.get(schema, "~standard");
  return isJsonObject(standard) && typeof standard["validate"] === "function";
}

/**
 * The JSON Schema of the input of `schema`, which is what the model writes. Defaults and transforms are applied after it.
 *
 * @throws InvalidInputError if it does not provide one. `what` is its name in errors.
 */
export function inputJsonSchema(schema: StandardSchemaV1, what: string): JsonObject {
  const standard: StandardSchemaV1.Props & Partial<StandardJSONSchemaV1.Props> = schema["~standard"];
  const converter = standard.jsonSchema;
  if (typeof converter?.input !== "function") {
    throw new InvalidInputError(`${what} cannot provide its JSON Schema. ${adviceFor(standard.vendor)}`);
  }
  try {
    return converter.input({ target: "draft-2020-12" });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause);
    throw new InvalidInputError(
      `${what} cannot be converted to JSON Schema: ${reason}. Use JSON types, such as strings for dates, and transform them.`,
      { cause },
    );
  }
}

function adviceFor(vendor: string): string {
  if (vendor === "valibot") return "Wrap it: toStandardJsonSchema(schema), from @valibot/to-json-schema.";
  if (vendor === "zod") return "Use Zod 4.2 or newer, or pass a JSON Schema object made from it.";
  return "Use a library with Standard JSON Schema (Zod 4.2, ArkType 2.1.28 or newer), or pass a JSON Schema object.";
}

export function toIssues(issues: readonly StandardSchemaV1.Issue[]): OutputIssue[] {
  return issues.map(({ message, path = [] }) => ({
    message,
    // A plain array, even if the library uses a subclass.
    path: Array.from(path, (segment) => (typeof segment === "object" ? segment.key : segment)),
  }));
}
