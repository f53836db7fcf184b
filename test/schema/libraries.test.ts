// Popular schema libraries, each from schema to validated value.
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import { expect, test } from "vitest";
import * as v from "valibot";
import { z } from "zod";
import { InvalidInputError } from "../../src/errors/errors.js";
import { prepareSchema } from "../../src/schema/prepare-schema.js";

const status = {
  zod: z.object({
    status: z.enum(["action_required", "ok"]),
    summary: z.string().min(2),
    next: z.array(z.object({ file: z.string(), line: z.number().optional() })).optional(),
  }),
  arktype: type({
    status: "'action_required'|'ok'",
    summary: "string>=2",
    "next?": type({ file: "string", "line?": "number" }).array(),
  }),
  valibot: toStandardJsonSchema(
    v.object({
      status: v.picklist(["action_required", "ok"]),
      summary: v.pipe(v.string(), v.minLength(2)),
      next: v.optional(v.array(v.object({ file: v.string(), line: v.optional(v.number()) }))),
    }),
  ),
};

test.each(Object.entries(status))(
  "%s: the same schema is sent, and the same values are returned",
  async (_name, schema) => {
    const { jsonSchema, validate } = await prepareSchema(schema, "outputSchema");
    expect(jsonSchema).toEqual({
      type: "object",
      properties: {
        summary: { type: "string", description: 'Must fit {"minLength":2}' },
        status: { type: "string", enum: ["action_required", "ok"] },
        next: {
          anyOf: [
            {
              type: "array",
              items: {
                type: "object",
                properties: { file: { type: "string" }, line: { type: ["number", "null"] } },
                required: ["file", "line"],
                additionalProperties: false,
              },
            },
            { type: "null" },
          ],
        },
      },
      required: ["status", "summary", "next"],
      additionalProperties: false,
    });
    expect(await validate({ summary: "Fine", status: "ok", next: null })).toEqual({
      ok: true,
      value: { summary: "Fine", status: "ok" },
    });
    expect(await validate({ summary: "Fine", status: "ok", next: [{ file: "a.ts", line: null }] })).toEqual({
      ok: true,
      value: { summary: "Fine", status: "ok", next: [{ file: "a.ts" }] },
    });
    expect(await validate({ summary: "x", status: "ok", next: [{ file: 1, line: 2 }] })).toMatchObject({
      ok: false,
      issues: [{ path: ["summary"] }, { path: ["next", 0, "file"] }],
    });
  },
);

test.each([
  ["zod", z.object({ at: z.iso.datetime().transform((text) => new Date(text)), tries: z.number().default(3) })],
  [
    "zod codec",
    z.object({
      at: z.codec(z.iso.datetime(), z.date(), {
        decode: (text) => new Date(text),
        encode: (date) => date.toISOString(),
      }),
      tries: z.number().default(3),
    }),
  ],
  ["arktype", type({ at: type("string.date.iso.parse"), tries: "number = 3" })],
  [
    "valibot",
    toStandardJsonSchema(
      v.object({
        at: v.pipe(
          v.string(),
          v.isoTimestamp(),
          v.transform((text) => new Date(text)),
        ),
        tries: v.optional(v.number(), 3),
      }),
    ),
  ],
])("%s: the model writes the input type, the caller receives the output type", async (_name, schema) => {
  const { jsonSchema, validate } = await prepareSchema(schema, "outputSchema");
  expect(jsonSchema).toMatchObject({ properties: { at: { type: "string" }, tries: { type: ["number", "null"] } } });
  expect(await validate({ at: "2026-01-02T03:04:05.000Z", tries: null })).toEqual({
    ok: true,
    value: { at: new Date("2026-01-02T03:04:05.000Z"), tries: 3 },
  });
});

const kinds = {
  zod: z.object({
    pet: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("cat"), lives: z.number().optional() }),
      z.object({ kind: z.literal("dog"), trick: z.string().optional() }),
    ]),
  }),
  arktype: type({ pet: type({ kind: "'cat'", "lives?": "number" }).or({ kind: "'dog'", "trick?": "string" }) }),
  valibot: toStandardJsonSchema(
    v.object({
      pet: v.variant("kind", [
        v.object({ kind: v.literal("cat"), lives: v.optional(v.number()) }),
        v.object({ kind: v.literal("dog"), trick: v.optional(v.string()) }),
      ]),
    }),
  ),
};

test.each(Object.entries(kinds))("%s: a discriminated union", async (_name, schema) => {
  const { jsonSchema, validate } = await prepareSchema(schema, "outputSchema");
  const branch = { type: "object", additionalProperties: false };
  expect(jsonSchema).toMatchObject({ properties: { pet: { anyOf: [branch, branch] } } });
  expect(await validate({ pet: { kind: "dog", trick: null } })).toEqual({ ok: true, value: { pet: { kind: "dog" } } });
  expect(await validate({ pet: { kind: "cow" } })).toMatchObject({ ok: false });
});

test("zod: a recursive schema", async () => {
  const Comment = z.object({
    text: z.string(),
    get replies() {
      return z.array(Comment).optional();
    },
  });
  const { jsonSchema, validate } = await prepareSchema(Comment, "outputSchema");
  expect(jsonSchema).toMatchObject({
    properties: { replies: { anyOf: [{ items: { $ref: "#" } }, { type: "null" }] } },
  });
  expect(await validate({ text: "a", replies: [{ text: "b", replies: null }] })).toEqual({
    ok: true,
    value: { text: "a", replies: [{ text: "b" }] },
  });
});

test("arktype: a recursive schema", async () => {
  const { comment } = type.module({ comment: { text: "string", "replies?": "comment[]" } });
  const { validate } = await prepareSchema(comment, "outputSchema");
  expect(await validate({ text: "a", replies: [{ text: "b", replies: null }] })).toEqual({
    ok: true,
    value: { text: "a", replies: [{ text: "b" }] },
  });
});

test("valibot: an intersection becomes one object", async () => {
  const schema = v.intersect([v.object({ a: v.optional(v.string()) }), v.object({ b: v.number() })]);
  const { jsonSchema, validate } = await prepareSchema(toStandardJsonSchema(schema), "outputSchema");
  expect(jsonSchema).toMatchObject({ type: "object", required: ["a", "b"], additionalProperties: false });
  expect(await validate({ a: null, b: 1 })).toEqual({ ok: true, value: { b: 1 } });
});

test("validation may be asynchronous", async () => {
  const schema = z.object({ file: z.string().refine(async (file) => Promise.resolve(file !== "missing")) });
  const { validate } = await prepareSchema(schema, "outputSchema");
  expect(await validate({ file: "missing" })).toMatchObject({ ok: false, issues: [{ path: ["file"] }] });
  expect(await validate({ file: "there" })).toEqual({ ok: true, value: { file: "there" } });
});

test.each([
  ["valibot without its helper", v.object({ a: v.string() }), "toStandardJsonSchema"],
  ["an older zod", { "~standard": { version: 1, vendor: "zod", validate: () => ({ value: 1 }) } }, "Zod 4.2"],
  [
    "another library",
    { "~standard": { version: 1, vendor: "other", validate: () => ({ value: 1 }) } },
    "JSON Schema object",
  ],
  ["a zod date", z.object({ at: z.date() }), "Date cannot be represented in JSON Schema. Use JSON types"],
  ["a valibot date", toStandardJsonSchema(v.object({ at: v.date() })), 'The "date" schema cannot be converted'],
  ["an arktype date", type({ at: "Date" }), "at $.properties.at, it accepts any value"],
  ["a zod record", z.object({ m: z.record(z.string(), z.number()) }), "at $.properties.m, its additionalProperties"],
  ["a zod loose object", z.looseObject({ a: z.string() }), "at $, its additionalProperties"],
  ["a zod any", z.object({ a: z.any() }), "at $.properties.a, it accepts any value"],
  ["a zod string", z.string(), "Wrap it in an object"],
  ["a zod union", z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]), "its root is a union"],
])("%s is rejected with a solution", async (_name, schema, message) => {
  const attempt = prepareSchema(schema, "outputSchema");
  await expect(attempt).rejects.toThrow(InvalidInputError);
  await expect(attempt).rejects.toThrow(message);
});
