// Every value that matches a schema can be written in its strict form, and survives the round trip.
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { prepareSchema } from "../../src/schema/prepare-schema.js";

interface Schema {
  [keyword: string]: unknown;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
}

/** A schema, and the values that match it. */
interface Sample {
  schema: Schema;
  values: fc.Arbitrary<unknown>;
  takesNull?: boolean;
}

const scalars: fc.Arbitrary<Sample> = fc.constantFrom<Sample>(
  { schema: { type: "string" }, values: fc.string() },
  {
    schema: { type: "string", minLength: 2, maxLength: 9 },
    values: fc.string({ minLength: 2, maxLength: 9, unit: "binary-ascii" }),
  },
  { schema: { type: "integer", minimum: -5, maximum: 5 }, values: fc.integer({ min: -5, max: 5 }) },
  { schema: { type: "boolean" }, values: fc.boolean() },
  { schema: { enum: ["x", "y", 3] }, values: fc.constantFrom("x", "y", 3) },
  { schema: { const: "only" }, values: fc.constant("only") },
  { schema: { type: ["string", "null"] }, values: fc.option(fc.string()), takesNull: true },
  { schema: { $ref: "#/$defs/leaf" }, values: fc.record({ leaf: fc.integer() }, { requiredKeys: [] }) },
);

const names = fc.constantFrom("a", "b", "c d", "allOf", "é", "$ref/~", "0");

const { object } = fc.letrec<{ node: Sample; object: Sample; array: Sample; union: Sample }>((tie) => ({
  node: fc.oneof({ maxDepth: 3, withCrossShrink: true }, scalars, tie("object"), tie("array"), tie("union")),
  array: tie("node").map(({ schema, values }) => ({
    schema: { type: "array", items: schema },
    values: fc.array(values, { maxLength: 3 }),
  })),
  object: properties(tie("node")).map((parts) => objectOf(parts)),
  union: fc.array(properties(tie("node")), { minLength: 2, maxLength: 3 }).map((branches) => {
    const objects = branches.map((parts, index) => objectOf(parts, { kind: `k${index}` }));
    return {
      schema: { oneOf: objects.map(({ schema }) => schema) },
      values: fc.oneof(...objects.map((o) => o.values)),
    };
  }),
}));

type Parts = { name: string; sample: Sample; required: boolean }[];

function properties(node: fc.Arbitrary<Sample>): fc.Arbitrary<Parts> {
  const part = fc.record({ name: names, sample: node, required: fc.boolean() });
  return fc.uniqueArray(part, { selector: ({ name }) => name, maxLength: 4 });
}

function objectOf(parts: Parts, constants: Record<string, string> = {}): Sample {
  // Where null is valid anyway, omitted and null mean the same, so such a property does not survive the round trip.
  const required = parts.filter((part) => part.required || part.sample.takesNull).map((part) => part.name);
  const tags = Object.entries(constants).map(([name, value]): [string, Schema] => [name, { const: value }]);
  const schemas = parts.map(({ name, sample }): [string, Schema] => [name, sample.schema]);
  const values = Object.fromEntries(parts.map(({ name, sample }) => [name, sample.values]));
  return {
    schema: {
      type: "object",
      properties: Object.fromEntries([...tags, ...schemas]),
      required: [...required, ...Object.keys(constants)],
    },
    values: fc.record(values, { requiredKeys: required }).map((value) => ({ ...value, ...constants })),
  };
}

/** `value` as a model writes it under the strict schema: omitted properties are null. */
function fill(value: unknown, schema: Schema): unknown {
  if (schema["$ref"] === "#/$defs/leaf") return fill(value, leaf);
  if (Array.isArray(value)) return value.map((item) => fill(item, schema.items!));
  if (typeof value !== "object" || value === null) return value;
  const branch =
    schema.oneOf?.find((one) => one.properties!["kind"]!["const"] === Reflect.get(value, "kind")) ?? schema;
  const filled = Object.entries(branch.properties!).map(([name, property]): [string, unknown] => [
    name,
    Object.hasOwn(value, name) ? fill(Reflect.get(value, name), property) : null,
  ]);
  return Object.fromEntries(filled);
}

const leaf: Schema = { type: "object", properties: { leaf: { type: "integer" } } };

const cases = object.chain(({ schema, values }) => {
  const root: Schema = { ...schema, $defs: { leaf } };
  return fc.record({ schema: fc.constant(root), value: values });
});

test("an omitted property is written as null and read back as omitted", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ schema, value }) => {
      const { jsonSchema, validate } = await prepareSchema(schema, "outputSchema");
      const written = fill(value, schema);
      const ajv = new Ajv2020({ strict: false, meta: false, validateSchema: false });
      ajv.validate(jsonSchema, written);
      expect(ajv.errors ?? []).toEqual([]);
      expect(await validate(written)).toEqual({ ok: true, value });
    }),
    { numRuns: 25 },
  );
});

test("every object in the strict form is closed and requires all of its properties", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ schema }) => {
      const { jsonSchema } = await prepareSchema(schema, "outputSchema");
      const objects = objectsIn(jsonSchema);
      expect(objects.length).toBeGreaterThan(0);
      for (const { properties, required, additionalProperties } of objects) {
        expect(additionalProperties).toBe(false);
        expect(required).toEqual(Object.keys(properties!));
      }
      expect(JSON.stringify(jsonSchema)).not.toMatch(/"(oneOf|minLength|maxLength)":/);
    }),
    { numRuns: 25 },
  );
});

function objectsIn(schema: unknown): Schema[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = [Reflect.get(schema, "type")].flat().includes("object") ? [schema as Schema] : [];
  return [...own, ...Object.values(schema).flatMap(objectsIn)];
}
