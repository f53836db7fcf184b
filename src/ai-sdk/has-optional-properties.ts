// Whether a JSON Schema lets properties be left out.
import { isJsonObject } from "../internal/json.js";

/**
 * Codex's schemas are strict: an optional property arrives as null where it was left out. Such an answer is rewritten when
 * it is complete, and cannot be passed on while it is written.
 */
export function hasOptionalProperties(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(hasOptionalProperties);
  if (!isJsonObject(schema)) return false;
  const { properties, required, patternProperties, additionalProperties } = schema;
  // A map of free keys is rewritten, too.
  if (patternProperties !== undefined || isJsonObject(additionalProperties) || additionalProperties === true)
    return true;
  if (isJsonObject(properties)) {
    const names = Array.isArray(required) ? required : [];
    if (Object.keys(properties).some((name) => !names.includes(name))) return true;
  }
  return Object.values(schema).some(hasOptionalProperties);
}
