// The types that a schema gives.
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import { expectTypeOf, test } from "vitest";
import * as v from "valibot";
import { z } from "zod";
import type { InferOutput, OutputSchema } from "../../src/schema/output-schema.js";

function run<Schema extends OutputSchema | undefined = undefined>(_options?: {
  outputSchema?: Schema;
}): InferOutput<Schema> {
  throw new Error("for its type only");
}

interface JsonSchemaInterface {
  type?: string;
}

test("Standard Schemas give their output", () => {
  const zod = z.object({ at: z.string().transform((text) => new Date(text)), tries: z.number().default(3) });
  expectTypeOf(run({ outputSchema: zod })).toEqualTypeOf<{ at: Date; tries: number }>();

  const arktype = type({ status: "'ok'|'bad'", "note?": "string" });
  expectTypeOf(run({ outputSchema: arktype })).toEqualTypeOf<{ status: "ok" | "bad"; note?: string }>();

  const valibot = toStandardJsonSchema(v.object({ n: v.pipe(v.string(), v.transform(Number)) }));
  expectTypeOf(run({ outputSchema: valibot })).toEqualTypeOf<{ n: number }>();
});

test("JSON Schema objects give unknown", () => {
  expectTypeOf(run({ outputSchema: { type: "object", properties: {} } })).toBeUnknown();
  expectTypeOf(run({ outputSchema: { type: "object", required: ["a"] } as const })).toBeUnknown();
  const schema: JsonSchemaInterface = { type: "object" };
  expectTypeOf(run({ outputSchema: schema })).toBeUnknown();
});

test("no schema gives undefined", () => {
  expectTypeOf(run()).toBeUndefined();
  expectTypeOf(run({})).toBeUndefined();
});

test("what cannot be a schema does not compile", () => {
  expectTypeOf<string>().not.toExtend<OutputSchema>();
  expectTypeOf<null>().not.toExtend<OutputSchema>();
  expectTypeOf<undefined>().not.toExtend<OutputSchema>();
});
