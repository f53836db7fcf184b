// Parsing the final answer.
import { expect, test } from "vitest";
import { z } from "zod";
import { OutputInvalidError } from "../../src/errors/errors.js";
import { parseOutput } from "../../src/schema/parse-output.js";
import { prepareSchema } from "../../src/schema/prepare-schema.js";

const schema = await prepareSchema<{ a: string }>(z.object({ a: z.string(), b: z.array(z.number()) }), "outputSchema");

async function failure(text: string): Promise<OutputInvalidError> {
  const error: unknown = await parseOutput(text, schema).catch((error: unknown) => error);
  if (!(error instanceof OutputInvalidError)) throw new Error(`not an OutputInvalidError: ${String(error)}`);
  return error;
}

test("a valid answer is its value; surrounding whitespace is ignored", async () => {
  expect(await parseOutput('\uFEFF\n {"a":"x","b":[1]} \n', schema)).toEqual({ a: "x", b: [1] });
});

test.each([
  ["", "it is empty"],
  [" \n", "it is empty"],
  ["All done.", "Unexpected token"],
  ['{"a":"x","b":[1]', "position 16"],
  ['{"a":"x",}', "position 9"],
  ['```json\n{"a":"x","b":[]}\n```', "Unexpected token"],
  ['{"a":"x","b":[]} {"a":"y","b":[]}', "position 17"],
])("%j is not JSON, and the error has the position", async (text, reason) => {
  const error = await failure(text);
  expect(error.message).toContain("The final answer cannot be read as JSON: ");
  expect(error.message).toContain(reason);
  expect(error).toMatchObject({ code: "output_invalid", text, issues: [{ path: [] }] });
});

test("an invalid answer is an error with the text and all the reasons", async () => {
  const text = '{"b":[1,"x"]}';
  const error = await failure(text);
  expect(error.text).toBe(text);
  expect(error.issues.map(({ path }) => path)).toEqual([["a"], ["b", 1]]);
  expect(error.message).toMatch(/^The final answer does not match the outputSchema: \$\.a .*; \$\.b\[1\] .*\.$/);
});

test("a long list of reasons is truncated in the message only", async () => {
  const error = await failure(JSON.stringify({ a: "x", b: Array.from({ length: 9 }, String) }));
  expect(error.issues).toHaveLength(9);
  expect(error.message).toContain("and 4 more");
});
