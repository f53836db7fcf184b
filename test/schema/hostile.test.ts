// Schemas and answers that would block or crash the host.
import { expect, test } from "vitest";
import { parseOutput } from "../../src/schema/parse-output.js";
import { prepareSchema } from "../../src/schema/prepare-schema.js";

const object = (properties: object) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

test.each([
  ["at the root", { ...object({ a: { type: "string" } }), $async: true }],
  ["inside", object({ a: { $async: true, ...object({ b: { type: "string" } }) } })],
])("$async %s is rejected: such a schema accepts everything", async (_, schema) => {
  await expect(prepareSchema(schema, "tool input", "open")).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining("$async"),
  });
});

test("a pattern that backtracks does not block the host, also not in a list of answers", async () => {
  const schema = object({ a: { type: "array", items: { type: "string", pattern: "^(a+)+$" } } });
  const prepared = await prepareSchema(schema, "tool input", "open");
  const text = JSON.stringify({ a: Array.from({ length: 50 }, () => `${"a".repeat(40)}!`) });
  const started = performance.now();
  await expect(parseOutput(text, prepared)).rejects.toMatchObject({ code: "output_invalid" });
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(await parseOutput(JSON.stringify({ a: ["a".repeat(40)] }), prepared)).toEqual({ a: ["a".repeat(40)] });
});

test.each(["[", '{"a":'])("an answer of %j 100,000 levels deep is rejected", async (open) => {
  const prepared = await prepareSchema(object({ a: {} }), "tool input", "open");
  const close = open === "[" ? "]" : "}";
  const text = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
  await expect(parseOutput(text, prepared)).rejects.toMatchObject({ code: "output_invalid", text });
});

test.each<[string, () => unknown]>([
  [
    "throws",
    () => {
      throw new TypeError("Invalid URL");
    },
  ],
  ["returns nothing", () => undefined],
  ["returns issues that are not a list", () => ({ issues: true })],
])("an answer is invalid if the validation of its schema %s", async (_, validate) => {
  const standard = { version: 1, vendor: "own", validate, jsonSchema: { input: () => object({}) } };
  const prepared = await prepareSchema({ "~standard": standard }, "outputSchema");
  await expect(parseOutput("{}", prepared)).rejects.toMatchObject({
    code: "output_invalid",
    message: expect.stringContaining("cannot be validated"),
    cause: expect.any(TypeError),
  });
});

test.each([undefined, "text", null, [], 5])("a schema that converts to %j is rejected", async (converted) => {
  const standard = { version: 1, vendor: "own", validate: () => ({}), jsonSchema: { input: () => converted } };
  await expect(prepareSchema({ "~standard": standard }, "outputSchema")).rejects.toMatchObject({
    code: "invalid_input",
  });
});
