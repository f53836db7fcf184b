// What `outputSchema` and the `input` of a tool may be, and the type that they give.
import type { StandardSchemaV1 } from "@standard-schema/spec";

/**
 * A schema: a Standard Schema that can give its JSON Schema (Zod 4, ArkType, Valibot through `toStandardJsonSchema`),
 * whose values are typed, or a plain JSON Schema object, whose values are `unknown`.
 */
export type OutputSchema<T = unknown> = StandardSchemaV1<unknown, T> | JsonSchemaObject;

/** A JSON Schema written as an object. `object`, so that interfaces such as `JSONSchema7` fit as well. */
export type JsonSchemaObject = object;

/** The type of the values that a schema lets through; `undefined` without a schema. */
export type InferOutput<Schema> = Schema extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Schema>
  : Schema extends undefined
    ? undefined
    : unknown;
