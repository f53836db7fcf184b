// Plain JSON Schema objects, and values that are not a schema.
import vm from "node:vm";
import { expect, test } from "vitest";
import { z } from "zod";
import { InvalidInputError } from "../../src/errors/errors.js";
import { prepareSchema } from "../../src/schema/prepare-schema.js";

const person = {
  type: "object",
  properties: { name: { type: "string", minLength: 2 }, age: { type: "integer" } },
  required: ["name"],
};

test("a JSON Schema object is sent in its strict form and validated in its own", async () => {
  const { jsonSchema, validate } = await prepareSchema(person, "outputSchema");
  expect(jsonSchema["required"]).toEqual(["name", "age"]);
  expect(await validate({ name: "Ada", age: null })).toEqual({ ok: true, value: { name: "Ada" } });
  expect(await validate({ name: "A", age: 1.5 })).toEqual({
    ok: false,
    issues: [
      { message: "must NOT have fewer than 2 characters", path: ["name"] },
      { message: "must be integer", path: ["age"] },
    ],
  });
});

test("issues have the position in arrays, and the possible values", async () => {
  const list = {
    type: "array",
    items: { type: "object", properties: { "a/b": { enum: ["x"] } }, additionalProperties: false },
  };
  const { validate } = await prepareSchema(
    { type: "object", properties: { list }, required: ["list"] },
    "outputSchema",
  );
  expect(await validate({ list: [{}, { "a/b": "y", c: 1 }] })).toEqual({
    ok: false,
    issues: [
      { message: "must NOT have additional properties", path: ["list", 1, "c"] },
      { message: 'must be equal to one of the allowed values: ["x"]', path: ["list", 1, "a/b"] },
    ],
  });
});

test.each([
  ["2020-12", "https://json-schema.org/draft/2020-12/schema", { $defs: { n: { type: "number" } } }],
  ["2019-09", "https://json-schema.org/draft/2019-09/schema", { $defs: { n: { type: "number" } } }],
  ["draft-07", "http://json-schema.org/draft-07/schema#", { definitions: { n: { type: "number" } } }],
  ["draft-06", "http://json-schema.org/draft-06/schema#", { definitions: { n: { type: "number" } } }],
])("a schema of %s", async (_name, $schema, definitions) => {
  const [key] = Object.keys(definitions);
  const schema = {
    $schema,
    ...definitions,
    $id: "https://example.com/own",
    type: "object",
    properties: { n: { $ref: `#/${key}/n` } },
    required: ["n"],
  };
  const { jsonSchema, validate } = await prepareSchema(schema, "outputSchema");
  expect(jsonSchema).toMatchObject({ properties: { n: { $ref: "#/$defs/n" } }, $defs: { n: { type: "number" } } });
  expect(await validate({ n: 1 })).toEqual({ ok: true, value: { n: 1 } });
  expect(await validate({ n: "1" })).toMatchObject({ ok: false });
});

test("unknown formats and keywords, and patterns that are invalid in Unicode mode, are ignored", async () => {
  const name = { type: "string", format: "x-name", "x-order": 1, pattern: "^[\\w-\\.]+$" };
  const { validate } = await prepareSchema(
    { type: "object", properties: { name }, required: ["name"] },
    "outputSchema",
  );
  expect(await validate({ name: "a-b.c" })).toEqual({ ok: true, value: { name: "a-b.c" } });
  expect(await validate({ name: "a b" })).toMatchObject({ ok: false });
});

const note = { type: "string" };
const noteOrNull = { type: ["string", "null"] };

/** Two kinds of pets: to the first, `note: null` means omitted; to the second it is a value. */
function pets(first: object, second: object): object {
  const cat = { type: "object", properties: { name: note, note, ...first }, required: ["name", ...Object.keys(first)] };
  const dogProperties = { name: note, note: noteOrNull, ...second };
  const dog = { type: "object", properties: dogProperties, required: Object.keys(dogProperties) };
  return { type: "object", properties: { pet: { anyOf: [cat, dog] } }, required: ["pet"] };
}

test("nulls are removed for the branch that the value matches", async () => {
  const { validate } = await prepareSchema(
    pets({ kind: { const: "cat" } }, { kind: { const: "dog" } }),
    "outputSchema",
  );
  const cat = { name: "Tom", note: null, kind: "cat" };
  expect(await validate({ pet: cat })).toEqual({ ok: true, value: { pet: { name: "Tom", kind: "cat" } } });
  const dog = { name: "Rex", note: null, kind: "dog" };
  expect(await validate({ pet: dog })).toEqual({ ok: true, value: { pet: dog } });
});

test("a value for a later branch of a union is not matched to an open earlier branch", async () => {
  const { validate } = await prepareSchema(pets({}, { trick: { type: "string" } }), "outputSchema");
  const dog = { name: "Rex", note: null, trick: "roll" };
  expect(await validate({ pet: dog })).toEqual({ ok: true, value: { pet: dog } });
});

test("when no branch of a union matches, the issues are about the value, not about filled nulls", async () => {
  const schema = z.object({
    pet: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("cat"), lives: z.number().min(1), note: z.string().optional() }),
      z.object({ kind: z.literal("dog"), note: z.string().optional() }),
    ]),
  });
  const { validate } = await prepareSchema(schema, "outputSchema");
  expect(await validate({ pet: { kind: "cat", lives: 0, note: null } })).toMatchObject({
    ok: false,
    issues: [{ path: ["pet", "lives"] }],
  });
});

test("oneOf remains exclusive", async () => {
  const schema = {
    type: "object",
    properties: {
      n: {
        oneOf: [
          { type: "number", minimum: 1 },
          { type: "number", maximum: 5 },
        ],
      },
    },
    required: ["n"],
  };
  const { validate } = await prepareSchema(schema, "outputSchema");
  expect(await validate({ n: 7 })).toMatchObject({ ok: true });
  expect(await validate({ n: 3 })).toMatchObject({ ok: false });
});

class Model {
  type = "object";
}

test.each([
  ["null", null, "outputSchema is null."],
  ["undefined", undefined, "outputSchema is undefined."],
  ["a string", "object", "outputSchema is a string."],
  ["a function", () => person, "outputSchema is a function."],
  ["an array", [person], "outputSchema is an array."],
  ["a Map", new Map(), "outputSchema is a Map."],
  ["a class instance", new Model(), "outputSchema is a Model."],
  ["a promise", Promise.resolve(person), "outputSchema is a Promise."],
  ["an empty object", {}, "outputSchema is an empty object"],
  ["a wrong type", { type: "objekt", properties: {} }, "outputSchema is not a valid JSON Schema"],
  ["wrong properties", { type: "object", properties: [] }, "outputSchema is not a valid JSON Schema"],
  [
    "a wrong pattern",
    { type: "object", properties: { a: { type: "string", pattern: "(" } } },
    "not a valid JSON Schema",
  ],
  ["an unresolved reference", { type: "object", properties: { a: { $ref: "https://example.com/x" } } }, "example.com"],
  ["a bigint", { type: "object", properties: { a: { const: 1n } } }, "cannot be written as JSON"],
])("%s is rejected", async (_name, schema, message) => {
  const attempt = prepareSchema(schema, "outputSchema");
  await expect(attempt).rejects.toThrow(InvalidInputError);
  await expect(attempt).rejects.toThrow(message);
});

test("a schema that contains itself is rejected", async () => {
  const schema: Record<string, unknown> = { type: "object" };
  schema["properties"] = { self: schema };
  await expect(prepareSchema(schema, "outputSchema")).rejects.toThrow("cannot be written as JSON");
});

test("a schema from another realm is accepted", async () => {
  const schema: unknown = vm.runInNewContext("({ type: 'object', properties: {} })");
  await expect(prepareSchema(schema, "outputSchema")).resolves.toBeDefined();
});

test("the same schema object is prepared once, until it changes", async () => {
  const schema = structuredClone(person);
  const first = await prepareSchema(schema, "outputSchema");
  expect(await prepareSchema(schema, "outputSchema")).toBe(first);
  schema.properties.name.minLength = 1;
  const second = await prepareSchema(schema, "outputSchema");
  expect(await second.validate({ name: "A", age: null })).toMatchObject({ ok: true });
});

test("an open schema is sent unchanged", async () => {
  const schema = { ...person, additionalProperties: { type: "string" } };
  const { jsonSchema, validate } = await prepareSchema(schema, "the input of the tool x", "open");
  expect(jsonSchema).toEqual(schema);
  expect(await validate({ name: "Ada", nick: "A" })).toMatchObject({ ok: true });
  expect(await validate({ name: "Ada", age: null })).toMatchObject({ ok: false });
});

test("an open schema must describe an object", async () => {
  const attempt = prepareSchema({ type: "string" }, "The input of the tool x", "open");
  await expect(attempt).rejects.toThrow("The input of the tool x must describe an object");
});
