// Detects optional properties in a JSON Schema.
import { isJsonObject } from "../internal/json.js";

/**
 * Codex's schemas are strict: an omitted optional property arrives as null. Such an answer is rewritten when it is
 * complete, so it cannot be streamed.
 */
export function hasOptionalProperties(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(hasOptionalProperties);
  if (!isJsonObject(schema)) return false;
  const { properties, required, patternProperties, additionalProperties } = schema;
  // Objects with arbitrary keys are also rewritten.
  if (patternProperties !== undefined || isJsonObject(additionalProperties) || additionalProperties === true)
    return true;
  if (isJsonObject(properties)) {
    const names = Array.isArray(required) ? required : [];
    if (Object.keys(properties).some((name) => !names.includes(name))) return true;
  }
  return Object.values(schema).some(hasOptionalProperties);
}
