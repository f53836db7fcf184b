// The positions of subschemas in a JSON Schema, as far as strict mode supports them.
import { isJsonObject, type JsonObject } from "../internal/json.js";

const lists: ReadonlySet<string> = new Set(["items", "prefixItems", "anyOf", "oneOf"]);
const maps: ReadonlySet<string> = new Set(["properties", "$defs", "definitions"]);

/** A copy of `schema` with its direct subschemas replaced, but not objects in `enum` or `default` that look like schemas. */
export function mapSubschemas(schema: JsonObject, map: (part: JsonObject) => JsonObject): JsonObject {
  const one = (part: unknown): unknown => (isJsonObject(part) ? map(part) : part);
  const mapped = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    if (lists.has(keyword)) return [keyword, Array.isArray(value) ? value.map(one) : one(value)];
    if (maps.has(keyword) && isJsonObject(value)) {
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, one(part)]))];
    }
    return [keyword, value];
  });
  return Object.fromEntries(mapped);
}
