// The types of `outputSchema` and of the `input` of a tool, and the types of their values.
import type { StandardSchemaV1 } from "@standard-schema/spec";

/**
 * A schema: a Standard Schema that provides its JSON Schema (Zod 4, ArkType, Valibot through `toStandardJsonSchema`), whose
 * values are typed; or a plain JSON Schema object, whose values are `unknown`.
 */
export type OutputSchema<T = unknown> = StandardSchemaV1<unknown, T> | JsonSchemaObject;

/** A JSON Schema object. The type is `object`, so that interfaces such as `JSONSchema7` are assignable. */
export type JsonSchemaObject = object;

/** The type of the values that a schema accepts; `undefined` without a schema. */
export type InferOutput<Schema> = Schema extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Schema>
  : Schema extends undefined
    ? undefined
    : unknown;
