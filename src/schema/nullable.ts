// A strict schema that lets `null` through as well.
import type { JsonObject } from "../json.js";

const scalars: ReadonlySet<unknown> = new Set(["string", "number", "integer", "boolean"]);

/** `schema`, or null. As short as it can be written, since the model reads it. */
export function nullable(schema: JsonObject): JsonObject {
  const { type, anyOf, ...rest } = schema;
  if (Array.isArray(anyOf)) return { ...rest, anyOf: anyOf.concat({ type: "null" }) };
  if (scalars.has(type) && !("enum" in rest) && !("const" in rest)) return { ...schema, type: [type, "null"] };
  return { anyOf: [schema, { type: "null" }] };
}
