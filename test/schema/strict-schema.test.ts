// The rules of strict mode, one by one.
import { expect, test } from "vitest";
import { InvalidInputError } from "../../src/errors/errors.js";
import type { JsonObject } from "../../src/internal/json.js";
import { mergeAllOf } from "../../src/schema/merge-all-of.js";
import { toStrictSchema } from "../../src/schema/strict/strict-schema.js";

const string = { type: "string" };

/** The strict form of an object with the property `a`, which is required unless `optional`. */
function strictProperty(a: unknown, optional = false): unknown {
  const schema = { type: "object", properties: { a }, ...(optional ? {} : { required: ["a"] }) };
  const { properties } = strict(schema);
  return (properties as JsonObject)["a"];
}

function strict(schema: JsonObject): JsonObject {
  return toStrictSchema(mergeAllOf(schema), "outputSchema").jsonSchema;
}

test("an object is closed, and all its properties are required, in their order", () => {
  const schema = {
    $schema: "x",
    type: "object",
    properties: { b: string, a: { type: "boolean" } },
    required: ["a", "b"],
  };
  expect(strict(schema)).toEqual({
    type: "object",
    properties: { b: string, a: { type: "boolean" } },
    required: ["b", "a"],
    additionalProperties: false,
  });
});

test.each([
  ["a scalar", string, { type: ["string", "null"] }],
  ["an enum", { enum: ["x"] }, { anyOf: [{ type: "string", enum: ["x"] }, { type: "null" }] }],
  ["a union", { anyOf: [string, { type: "number" }] }, { anyOf: [string, { type: "number" }, { type: "null" }] }],
  ["a union with null", { anyOf: [string, { type: "null" }] }, { anyOf: [string, { type: "null" }] }],
  ["a type with null", { type: ["string", "null"] }, { type: ["string", "null"] }],
  ["an OpenAPI nullable", { type: "string", nullable: true }, { type: ["string", "null"] }],
  ["an array", { type: "array", items: string }, { anyOf: [{ type: "array", items: string }, { type: "null" }] }],
])("an optional property becomes nullable: %s", (_name, schema, expected) => {
  expect(strictProperty(schema, true)).toEqual(expected);
});

test("only properties that did not accept null count as filled", () => {
  const optional = (a: unknown): boolean =>
    toStrictSchema({ type: "object", properties: { a } }, "outputSchema").fillsWithNull;
  expect(optional(string)).toBe(true);
  expect(optional({ type: ["string", "null"] })).toBe(false);
  expect(optional({ const: null })).toBe(false);
});

test.each([
  ["annotations are dropped", { ...string, default: "x", examples: ["y"], $comment: "z", deprecated: true }, string],
  [
    "title and description are kept",
    { ...string, title: "T", description: "D" },
    { ...string, title: "T", description: "D" },
  ],
  ["a const gets its type", { const: 1 }, { type: "number", const: 1 }],
  ["an enum gets its types", { enum: ["x", null] }, { type: ["string", "null"], enum: ["x", null] }],
  [
    "properties imply an object",
    { properties: {} },
    { type: "object", properties: {}, required: [], additionalProperties: false },
  ],
  ["items imply an array", { items: string }, { type: "array", items: string }],
  [
    "bounds of numbers are kept",
    { type: "number", minimum: 1, multipleOf: 2 },
    { type: "number", minimum: 1, multipleOf: 2 },
  ],
  [
    "bounds of arrays are kept",
    { type: "array", items: string, minItems: 1, maxItems: 2 },
    { type: "array", items: string, minItems: 1, maxItems: 2 },
  ],
  ["a known format is kept", { ...string, format: "date" }, { ...string, format: "date" }],
  ["a format replaces its pattern", { ...string, format: "date", pattern: "^.$" }, { ...string, format: "date" }],
  [
    "an unknown format is described",
    { ...string, format: "uri" },
    { ...string, description: 'Must fit {"format":"uri"}' },
  ],
  ["a pattern is kept", { ...string, pattern: "^a+$" }, { ...string, pattern: "^a+$" }],
  [
    "a lookahead is described",
    { ...string, pattern: "^(?!a)" },
    { ...string, description: 'Must fit {"pattern":"^(?!a)"}' },
  ],
  [
    "a back reference is described",
    { ...string, pattern: "(a)\\1" },
    { ...string, description: 'Must fit {"pattern":"(a)\\\\1"}' },
  ],
  [
    "lengths are described, after the description",
    { ...string, description: "A name.", minLength: 2, maxLength: 5 },
    { ...string, description: 'A name.\nMust fit {"minLength":2,"maxLength":5}' },
  ],
  [
    "uniqueItems is described",
    { type: "array", items: string, uniqueItems: true },
    { type: "array", items: string, description: 'Must fit {"uniqueItems":true}' },
  ],
  ["oneOf becomes anyOf", { oneOf: [string, { type: "number" }] }, { anyOf: [string, { type: "number" }] }],
  [
    "a type next to a union is left to the validation of the answer",
    { type: "string", anyOf: [{ const: "x" }, { const: "y" }] },
    {
      anyOf: [
        { type: "string", const: "x" },
        { type: "string", const: "y" },
      ],
    },
  ],
  [
    "an allOf with one schema becomes that schema",
    { allOf: [string], description: "D" },
    { ...string, description: "D" },
  ],
  [
    "a tuple of equal schemas becomes an array",
    { type: "array", prefixItems: [string, string], items: false, minItems: 2 },
    { type: "array", items: string, minItems: 2, maxItems: 2 },
  ],
  [
    "a draft-07 tuple of equal schemas becomes an array",
    { type: "array", items: [string, string], additionalItems: false },
    { type: "array", items: string, maxItems: 2 },
  ],
  [
    "an unsatisfiable additionalProperties is closed",
    { type: "object", properties: {}, additionalProperties: { not: {} } },
    { type: "object", properties: {}, required: [], additionalProperties: false },
  ],
])("%s", (_name, schema, expected) => {
  expect(strictProperty(schema)).toEqual(expected);
});

test("an allOf of objects becomes one object, references included", () => {
  const schema = {
    allOf: [
      { $ref: "#/$defs/named" },
      { type: "object", properties: { age: { type: "number" } } },
      { allOf: [{ properties: { tag: string } }, { required: ["tag"] }] },
    ],
    $defs: { named: { type: "object", properties: { name: string }, required: ["name"] } },
  };
  expect(strict(schema)).toEqual({
    type: "object",
    properties: { name: string, age: { type: ["number", "null"] }, tag: string },
    required: ["name", "age", "tag"],
    additionalProperties: false,
  });
});

test("references are moved to $defs, wherever they pointed, and only used ones remain", () => {
  const schema = {
    type: "object",
    properties: {
      first: { type: "object", properties: { id: string }, required: ["id"] },
      second: { $ref: "#/properties/first", description: "Like the first." },
      list: { type: "array", items: { $ref: "#/definitions/a~1b" } },
    },
    required: ["first", "second", "list"],
    definitions: { "a/b": string, unused: { not: {} } },
  };
  expect(strict(schema)).toMatchObject({
    properties: {
      second: { description: "Like the first.", anyOf: [{ $ref: "#/$defs/first" }] },
      list: { items: { $ref: "#/$defs/a_b" } },
    },
    $defs: { first: { properties: { id: string }, additionalProperties: false }, a_b: string },
  });
});

test("two references that would get the same name get different names", () => {
  const schema = {
    type: "object",
    properties: { x: { $ref: "#/$defs/n" }, y: { $ref: "#/definitions/n" } },
    required: ["x", "y"],
    $defs: { n: string },
    definitions: { n: { type: "number" } },
  };
  expect(strict(schema)).toMatchObject({
    properties: { x: { $ref: "#/$defs/n" }, y: { $ref: "#/$defs/n_2" } },
    $defs: { n: string, n_2: { type: "number" } },
  });
});

test("a recursive schema remains recursive", () => {
  const schema = {
    $ref: "#/$defs/node",
    $defs: {
      node: {
        type: "object",
        properties: { value: string, next: { $ref: "#/$defs/node" } },
        required: ["value"],
      },
    },
  };
  const node = {
    type: "object",
    properties: { value: string, next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] } },
    required: ["value", "next"],
    additionalProperties: false,
  };
  expect(strict(schema)).toEqual({ ...node, $defs: { node } });
});

test("a property named like a keyword, or like the prototype, is a property", () => {
  const properties = JSON.parse(
    '{"allOf":{"type":"string"},"enum":{"type":"string"},"__proto__":{"type":"string"}}',
  ) as JsonObject;
  const { properties: converted } = strict({ type: "object", properties, required: Object.keys(properties) });
  expect(Object.keys(converted as JsonObject)).toEqual(["allOf", "enum", "__proto__"]);
});

test.each([
  ["$.properties.a", "additionalProperties", { type: "object", properties: {}, additionalProperties: true }],
  ["$.properties.a", "array of { key, value }", { type: "object", additionalProperties: string }],
  ["$.properties.a", "unevaluatedProperties", { type: "object", properties: {}, unevaluatedProperties: string }],
  ["$.properties.a", "properties are not named", { type: "object" }],
  ["$.properties.a", "patternProperties", { type: "object", properties: {}, patternProperties: { "^x": string } }],
  ["$.properties.a", 'requires "b"', { type: "object", properties: {}, required: ["b"] }],
  ["$.properties.a", "any value", {}],
  ["$.properties.a", "any value", true],
  ["$.properties.a", "no value", false],
  ["$.properties.a", "not", { not: {} }],
  ["$.properties.a", "if", { ...string, if: { minLength: 2 }, then: { maxLength: 3 } }],
  ["$.properties.a", "dependentRequired", { type: "object", properties: {}, dependentRequired: {} }],
  ["$.properties.a", "dependentSchemas", { type: "object", properties: {}, dependentSchemas: {} }],
  ["$.properties.a", "allOf", { allOf: [string, { minLength: 2 }] }],
  ["$.properties.a", "allOf", { allOf: [{ properties: { b: string } }, { properties: { b: { const: "x" } } }] }],
  ["$.properties.a", "without items", { type: "array" }],
  ["$.properties.a", "different elements", { type: "array", prefixItems: [string, { type: "number" }] }],
  ["$.properties.a", "different elements", { type: "array", prefixItems: [string], items: string }],
  ["$.properties.a", "does not exist in the schema", { $ref: "#/$defs/none" }],
  ["$.properties.a", "does not exist in the schema", { $ref: "https://example.com/schema.json" }],
  ["$.properties.a", "is combined with required", { $ref: "#/$defs/s", required: ["x"] }],
  ["$.properties.a", "is combined with properties", { anyOf: [string], properties: {} }],
  ["$.properties.a", "object or array as a value", { enum: [{ x: 1 }] }],
  ["$.properties.a.items", "any value", { type: "array", items: {} }],
  ["$.properties.a.anyOf[1]", "any value", { anyOf: [string, {}] }],
  ['$.properties.a.properties["x y"]', "any value", { type: "object", properties: { "x y": {} } }],
])("at %s, %s: rejected", (path, problem, schema) => {
  const attempt = (): unknown =>
    strict({ type: "object", properties: { a: schema }, required: ["a"], $defs: { s: string } });
  expect(attempt).toThrow(InvalidInputError);
  expect(attempt).toThrow(`at ${path}, `);
  expect(attempt).toThrow(problem);
});

test.each([
  ["a scalar", string, 'type "string"'],
  ["an array", { type: "array", items: string }, 'type "array"'],
  ["a union", { anyOf: [{ type: "object", properties: {} }] }, "a union"],
  ["an object or null", { type: ["object", "null"], properties: {} }, 'type ["object","null"]'],
])("a root that is %s is rejected, with a solution", (_name, schema, found) => {
  expect(() => strict(schema)).toThrow(`outputSchema cannot be used as a strict schema: at $, its root is ${found}`);
  expect(() => strict(schema)).toThrow("Wrap it in an object");
});

test("the message for a definition has the definition's path", () => {
  const schema = { type: "object", properties: { a: { $ref: "#/$defs/open" } }, $defs: { open: { type: "object" } } };
  expect(() => strict(schema)).toThrow("at $.$defs.open, it is an object whose properties are not named");
});
