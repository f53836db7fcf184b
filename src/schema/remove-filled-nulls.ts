// Reverses the strict form: removes the nulls that represent omitted optional properties.
import { isJsonObject, type JsonObject } from "../internal/json.js";
import { acceptsNull } from "./nullability.js";
import { pointer, pointerKeys, resolveReference } from "./references.js";

/** Whether a value matches the part of the schema at a reference. */
export type ValidatePart = (reference: string, value: unknown) => boolean;

type Path = readonly PropertyKey[];

/** A copy of `value` without the nulls that the JSON Schema document `root` does not accept. */
export function removeFilledNulls(value: unknown, root: JsonObject, isValidPart: ValidatePart): unknown {
  return prune(value, root, []);

  function prune(value: unknown, schema: unknown, at: Path): unknown {
    if (typeof value !== "object" || value === null || !isJsonObject(schema)) return value;
    if (typeof schema["$ref"] === "string") {
      return prune(value, resolveReference(root, schema["$ref"]), pointerKeys(schema["$ref"]) ?? []);
    }
    for (const keyword of ["anyOf", "oneOf"]) {
      const branches: unknown = schema[keyword];
      if (Array.isArray(branches)) return pruneUnion(value, branches, [...at, keyword]);
    }
    if (Array.isArray(value)) return pruneArray(value, schema, at);
    return isJsonObject(schema["properties"]) ? pruneObject(value, schema, schema["properties"], at) : value;
  }

  /** Uses the first branch that the pruned value matches. If none does, uses all, so that errors are about the rest. */
  function pruneUnion(value: unknown, branches: readonly unknown[], at: Path): unknown {
    for (const [index, branch] of branches.entries()) {
      const pruned = prune(value, branch, [...at, index]);
      if (isValidPart(pointer([...at, index]), pruned)) return pruned;
    }
    return branches.reduce((pruned, branch, index) => prune(pruned, branch, [...at, index]), value);
  }

  function pruneArray(value: readonly unknown[], schema: JsonObject, at: Path): unknown {
    const keyword = schema["prefixItems"] === undefined ? "items" : "prefixItems";
    const items = schema[keyword];
    return Array.isArray(items)
      ? value.map((item, index) => prune(item, items[index], [...at, keyword, index]))
      : value.map((item) => prune(item, items, [...at, keyword]));
  }

  function pruneObject(value: object, schema: JsonObject, properties: JsonObject, at: Path): unknown {
    const required = Array.isArray(schema["required"]) ? schema["required"] : [];
    const isFilled = (name: string): boolean =>
      Object.hasOwn(properties, name) && !required.includes(name) && !acceptsNull(properties[name], root);
    const kept = Object.entries(value).filter(([name, property]) => property !== null || !isFilled(name));
    return Object.fromEntries(
      kept.map(([name, property]) => {
        const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
        return [name, prune(property, known, [...at, "properties", name])];
      }),
    );
  }
}
