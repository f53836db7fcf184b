// Checks whether a JSON Schema accepts `null`, and adds `null` to one that does not.
import { isJsonObject, type JsonObject } from "../internal/json.js";
import { resolveReference } from "./references.js";

export function acceptsNull(schema: unknown, root: JsonObject, seen: readonly string[] = []): boolean {
  if (!isJsonObject(schema)) return schema === true;
  const accepts = (part: unknown): boolean => acceptsNull(part, root, seen);
  return (
    (schema["type"] === undefined || typeAcceptsNull(schema)) &&
    (schema["const"] === undefined || schema["const"] === null) &&
    (!Array.isArray(schema["enum"]) || schema["enum"].includes(null)) &&
    (!Array.isArray(schema["anyOf"]) || schema["anyOf"].some(accepts)) &&
    (!Array.isArray(schema["oneOf"]) || schema["oneOf"].filter(accepts).length === 1) &&
    (!Array.isArray(schema["allOf"]) || schema["allOf"].every(accepts)) &&
    (typeof schema["$ref"] !== "string" || referenceAcceptsNull(schema["$ref"], root, seen))
  );
}

function typeAcceptsNull(schema: JsonObject): boolean {
  return [schema["type"]].flat().includes("null") || schema["nullable"] === true;
}

function referenceAcceptsNull(reference: string, root: JsonObject, seen: readonly string[]): boolean {
  // A reference that leads back to itself does not add anything.
  if (seen.includes(reference)) return false;
  return acceptsNull(resolveReference(root, reference), root, [...seen, reference]);
}

const scalars: ReadonlySet<unknown> = new Set(["string", "number", "integer", "boolean"]);

/** `schema`, or null. Written as short as possible, because the model reads it. */
export function nullable(schema: JsonObject): JsonObject {
  const { type, anyOf, ...rest } = schema;
  if (Array.isArray(anyOf)) return { ...rest, anyOf: anyOf.concat({ type: "null" }) };
  if (scalars.has(type) && !("enum" in rest) && !("const" in rest)) return { ...schema, type: [type, "null"] };
  return { anyOf: [schema, { type: "null" }] };
}
