// Merges `allOf` into one schema if the meaning is unchanged; otherwise keeps it.
import { isJsonObject, type JsonObject } from "../internal/json.js";
import { constraints } from "./keywords.js";
import { resolveReference } from "./references.js";
import { mapSubschemas } from "./subschemas.js";

const mergeable: ReadonlySet<string> = new Set(["type", "properties", "required"]);

/** A copy of the document `root` with each `allOf` merged if possible. */
export function mergeAllOf(root: JsonObject): JsonObject {
  return mergeIn(root, root);
}

function mergeIn(schema: JsonObject, root: JsonObject): JsonObject {
  const merged = Array.isArray(schema["allOf"]) ? (mergeMembers(schema, root) ?? schema) : schema;
  return mapSubschemas(merged, (part) => mergeIn(part, root));
}

function mergeMembers(schema: JsonObject, root: JsonObject): JsonObject | undefined {
  const { allOf, ...own } = schema;
  if (!Array.isArray(allOf) || !allOf.every(isJsonObject)) return undefined;
  const parts = [own, ...allOf];
  const binding = parts.filter((part) => constraints(part).length > 0);
  if (binding.length <= 1) return Object.fromEntries(parts.toReversed().flatMap(Object.entries));
  const objects = binding.map((part) => asObject(part, root, 0));
  if (!objects.every((part) => part !== undefined)) return undefined;
  const names = objects.flatMap((part) => Object.keys(part.properties));
  if (new Set(names).size < names.length) return undefined;
  return {
    ...Object.fromEntries(Object.entries(own).filter(([keyword]) => !mergeable.has(keyword))),
    type: "object",
    properties: Object.fromEntries(objects.flatMap((part) => Object.entries(part.properties))),
    required: [...new Set(objects.flatMap((part) => part.required))],
  };
}

interface ObjectPart {
  properties: JsonObject;
  required: unknown[];
}

/** `part` as an object that accepts further properties; undefined if it contains other restrictions. */
function asObject(part: JsonObject, root: JsonObject, depth: number): ObjectPart | undefined {
  const keywords = constraints(part);
  if (keywords.length === 1 && typeof part["$ref"] === "string" && depth < 16) {
    const target = resolveReference(root, part["$ref"]);
    return isJsonObject(target) ? asObject(target, root, depth + 1) : undefined;
  }
  if (keywords.length === 1 && Array.isArray(part["allOf"]) && depth < 16) {
    const merged = mergeMembers(part, root);
    return merged && asObject(merged, root, depth + 1);
  }
  const { type = "object", properties = {}, required = [] } = part;
  const isObject = type === "object" && isJsonObject(properties) && Array.isArray(required);
  return isObject && keywords.every((keyword) => mergeable.has(keyword)) ? { properties, required } : undefined;
}
