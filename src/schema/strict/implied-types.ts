// The types that a JSON Schema implies: strict mode requires them explicitly.
import type { JsonObject } from "../../internal/json.js";

/** The types that `schema` names or that follow from its other keywords; empty if it accepts any value. */
export function impliedTypes(schema: JsonObject): unknown[] {
  if (schema["type"] !== undefined) {
    const types = [schema["type"]].flat();
    return schema["nullable"] === true && !types.includes("null") ? [...types, "null"] : types;
  }
  const values = "const" in schema ? [schema["const"]] : schema["enum"];
  if (Array.isArray(values)) return [...new Set(values.map(typeOf))];
  if (["properties", "required", "additionalProperties"].some((keyword) => keyword in schema)) return ["object"];
  return ["items", "prefixItems"].some((keyword) => keyword in schema) ? ["array"] : [];
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
