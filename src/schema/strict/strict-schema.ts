// Converts a JSON Schema to an equivalent one that strict mode accepts, or reports why that is impossible.
import { InvalidInputError } from "../../errors/errors.js";
import { formatPath, isJsonObject, type JsonObject } from "../../internal/json.js";
import { acceptsNull, nullable } from "../nullability.js";
import { describe } from "./describe.js";
import { constraints, refusedKeywords, sentKeywords, sentText } from "../keywords.js";
import { impliedTypes } from "./implied-types.js";
import { pointerKeys, resolveReference } from "../references.js";

type Path = readonly PropertyKey[];

export interface StrictSchema {
  jsonSchema: JsonObject;
  /** Whether optional properties were made required and nullable: the nulls must be removed from the answer. */
  fillsWithNull: boolean;
}

/**
 * The strict form of the JSON Schema document `root`. `what` is its name in errors.
 *
 * @throws InvalidInputError with the path if strict mode cannot express it.
 */
export function toStrictSchema(root: JsonObject, what: string): StrictSchema {
  return new Converter(root, what).convertRoot();
}

class Converter {
  readonly #root: JsonObject;
  readonly #what: string;
  /** Names under `$defs`, by the reference to them. */
  readonly #names = new Map<string, string>();
  readonly #definitions = new Map<string, JsonObject>();
  #fillsWithNull = false;

  constructor(root: JsonObject, what: string) {
    this.#root = root;
    this.#what = what;
  }

  convertRoot(): StrictSchema {
    const top = this.#convertTop();
    if (top["type"] !== "object") {
      const found = top["anyOf"] === undefined ? `type ${JSON.stringify(top["type"])}` : "a union";
      this.#refuse([], `its root is ${found}`, "Wrap it in an object with one property, such as { result: … }.");
    }
    const definitions = Object.fromEntries(this.#definitions);
    const jsonSchema = this.#definitions.size > 0 ? { ...top, $defs: definitions } : top;
    return { jsonSchema, fillsWithNull: this.#fillsWithNull };
  }

  /** The root itself must not be a reference, so it is replaced by the schema that it refers to. */
  #convertTop(): JsonObject {
    let schema: unknown = this.#root;
    let at: Path = [];
    for (let hops = 0; hops < 16 && isJsonObject(schema) && typeof schema["$ref"] === "string"; hops++) {
      this.#checkReference(schema, at);
      at = pointerKeys(schema["$ref"]) ?? [];
      schema = resolveReference(this.#root, schema["$ref"]);
    }
    return this.#convert(schema, at);
  }

  #convert(schema: unknown, at: Path): JsonObject {
    if (schema === true) return this.#refuseUnconstrained(at);
    if (!isJsonObject(schema)) return this.#refuse(at, "no value matches it", "Remove the property.");
    this.#checkKeywords(schema, at);
    if (schema["$ref"] !== undefined) return this.#convertReference(schema, at);
    if (schema["anyOf"] !== undefined || schema["oneOf"] !== undefined) return this.#convertUnion(schema, at);
    return this.#convertTyped(schema, at);
  }

  #checkKeywords(schema: JsonObject, at: Path): void {
    for (const [keyword, advice] of refusedKeywords) {
      if (schema[keyword] !== undefined) this.#refuse(at, `it uses ${keyword}`, advice);
    }
    if (schema["allOf"] !== undefined) {
      this.#refuse(at, "its allOf cannot be written as one schema", "Merge the schemas into one object.");
    }
  }

  #convertReference(schema: JsonObject, at: Path): JsonObject {
    const reference = this.#checkReference(schema, at);
    const keys = pointerKeys(reference) ?? [];
    const $ref = keys.length === 0 ? "#" : `#/$defs/${this.#define(reference, keys)}`;
    const described = describe(schema);
    return Object.keys(described).length === 0 ? { $ref } : { ...described, anyOf: [{ $ref }] };
  }

  #checkReference(schema: JsonObject, at: Path): string {
    const reference = schema["$ref"];
    if (typeof reference !== "string" || resolveReference(this.#root, reference) === undefined) {
      const advice = "Use a reference inside the schema, such as #/$defs/name.";
      return this.#refuse(at, `its $ref ${JSON.stringify(reference)} does not exist in the schema`, advice);
    }
    this.#checkOnlyKeyword(schema, "$ref", ["$ref"], at);
    return reference;
  }

  /** Converts the target of `reference` under a new name. */
  #define(reference: string, keys: readonly string[]): string {
    const known = this.#names.get(reference);
    if (known !== undefined) return known;
    const wanted = (keys.at(-1) ?? "").replaceAll(/[^\w-]/g, "_") || "schema";
    const taken = new Set(this.#names.values());
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
    this.#names.set(reference, name);
    this.#definitions.set(name, this.#convert(resolveReference(this.#root, reference), keys));
    return name;
  }

  /** `oneOf` is sent as `anyOf`. The answer is validated to match only one branch. */
  #convertUnion(schema: JsonObject, at: Path): JsonObject {
    const keyword = schema["anyOf"] === undefined ? "oneOf" : "anyOf";
    const branches = schema[keyword];
    if (!Array.isArray(branches)) return this.#refuse(at, `its ${keyword} is not an array`, "Use an array.");
    // A type next to the branches is validated with the answer.
    this.#checkOnlyKeyword(schema, keyword, [keyword, "type"], at);
    const anyOf = branches.map((branch, index) => this.#convert(branch, [...at, keyword, index]));
    return { ...describe(schema), anyOf };
  }

  #checkOnlyKeyword(schema: JsonObject, keyword: string, allowed: readonly string[], at: Path): void {
    const others = constraints(schema).filter((other) => !allowed.includes(other));
    if (others.length === 0) return;
    this.#refuse(at, `its ${keyword} is combined with ${others.join(", ")}`, "Move them into the branches.");
  }

  #convertTyped(schema: JsonObject, at: Path): JsonObject {
    const values = [schema["const"], schema["enum"]].flat();
    if (values.some((value) => typeof value === "object" && value !== null)) {
      this.#refuse(at, "it lists an object or array as a value", "List strings, numbers, booleans or null.");
    }
    const types = impliedTypes(schema);
    if (types.length === 0) this.#refuseUnconstrained(at);
    const sent = sentKeywords.filter((keyword) => schema[keyword] !== undefined);
    return {
      type: types.length === 1 ? types[0] : types,
      ...Object.fromEntries(sent.map((keyword) => [keyword, schema[keyword]])),
      ...describe(schema),
      ...sentText(schema),
      ...(types.includes("object") && this.#convertObject(schema, at)),
      ...(types.includes("array") && this.#convertArray(schema, at)),
    };
  }

  #convertObject(schema: JsonObject, at: Path): JsonObject {
    const { properties, required = [] } = schema;
    this.#checkClosed(schema, at);
    if (!isJsonObject(properties) && schema["additionalProperties"] === undefined) {
      this.#refuse(at, "it is an object whose properties are not named", "Name them under properties.");
    }
    const named = isJsonObject(properties) ? properties : {};
    const names = Array.isArray(required) ? required : [];
    for (const name of names) {
      if (typeof name === "string" && Object.hasOwn(named, name)) continue;
      this.#refuse(at, `it requires ${JSON.stringify(name)}, which is not among its properties`, "Add it to them.");
    }
    const converted = Object.entries(named).map(([name, property]): [string, JsonObject] => {
      const strict = this.#convert(property, [...at, "properties", name]);
      if (names.includes(name) || acceptsNull(property, this.#root)) return [name, strict];
      this.#fillsWithNull = true;
      return [name, nullable(strict)];
    });
    return {
      properties: Object.fromEntries(converted),
      required: Object.keys(named),
      additionalProperties: false,
    };
  }

  #checkClosed(schema: JsonObject, at: Path): void {
    for (const keyword of ["additionalProperties", "unevaluatedProperties"]) {
      const additional = schema[keyword];
      if (additional === undefined || additional === false || isNever(additional)) continue;
      const advice = "Name each property, or use an array of { key, value } objects for a record.";
      this.#refuse(at, `its ${keyword} accepts properties that are not named`, advice);
    }
  }

  #convertArray(schema: JsonObject, at: Path): JsonObject {
    const keyword = schema["prefixItems"] === undefined ? "items" : "prefixItems";
    const items = schema[keyword];
    if (items === undefined) return this.#refuse(at, "it is an array without items", "Add the schema of its items.");
    if (!Array.isArray(items)) return { items: this.#convert(items, [...at, "items"]) };
    const rest = keyword === "items" ? schema["additionalItems"] : schema["items"];
    const isUniform = new Set(items.map((item) => JSON.stringify(item))).size === 1;
    if (!isUniform || (rest !== undefined && rest !== false)) {
      this.#refuse(at, "it is a tuple with different elements", "Use an object with a property for each element.");
    }
    return { items: this.#convert(items[0], [...at, keyword, 0]), maxItems: items.length };
  }

  #refuseUnconstrained(at: Path): never {
    return this.#refuse(at, "it accepts any value", "Add a type.");
  }

  #refuse(at: Path, problem: string, advice: string): never {
    const path = formatPath(at);
    throw new InvalidInputError(`${this.#what} cannot be used as a strict schema: at ${path}, ${problem}. ${advice}`);
  }
}

function isNever(schema: unknown): boolean {
  return isJsonObject(schema) && isJsonObject(schema["not"]) && Object.keys(schema["not"]).length === 0;
}
