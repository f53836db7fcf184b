// Prepares a schema for use: the JSON Schema to send, and the validation of the value that is returned.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { InvalidInputError, type OutputIssue } from "../errors/errors.js";
import { isPlainObject, type JsonObject } from "../internal/json.js";
import { messageOf } from "../internal/message-of.js";
import { compileParts, compileSchema } from "./json-schema-validator.js";
import { mergeAllOf } from "./merge-all-of.js";
import { resetPatternBudget } from "./pattern.js";
import { removeFilledNulls } from "./remove-filled-nulls.js";
import { inputJsonSchema, isStandardSchema, toIssues } from "./standard-schema.js";
import { toStrictSchema } from "./strict/strict-schema.js";

export type Validation<T> =
  | { ok: true; value: T }
  /** `cause` is what the validation threw. */
  | { ok: false; issues: readonly OutputIssue[]; cause?: unknown };

export interface PreparedSchema<T = unknown> {
  /** The JSON Schema to send. */
  readonly jsonSchema: JsonObject;
  /** Validates `value` and returns the result: with a Standard Schema, after its defaults and transforms. */
  validate(value: unknown): Promise<Validation<T>>;
}

/** `strict`: normalised for strict mode, or rejected. `open`: sent unchanged. */
export type SchemaMode = "strict" | "open";

type Source = StandardSchemaV1 | JsonObject;

type Validate = (value: unknown) => Promise<Validation<unknown>>;

interface CacheEntry {
  json: string;
  prepared: Promise<PreparedSchema>;
}

const caches: Record<SchemaMode, WeakMap<object, CacheEntry>> = { strict: new WeakMap(), open: new WeakMap() };

/**
 * Prepares `schema`, a Standard Schema or JSON Schema object. `what` is its name in errors ("outputSchema"). The result is
 * cached for the schema object as long as it exists and does not change.
 *
 * @throws InvalidInputError if it is not a schema, cannot be converted to JSON Schema, or cannot be sent in this mode.
 */
export async function prepareSchema<T = unknown>(
  schema: unknown,
  what: string,
  mode: SchemaMode = "strict",
): Promise<PreparedSchema<T>> {
  const source = toSource(schema, what);
  const json = toJson(isStandardSchema(source) ? inputJsonSchema(source, what) : source, what);
  const cache = caches[mode];
  let entry = cache.get(source);
  if (entry?.json !== json) {
    entry = { json, prepared: prepare(source, json, what, mode) };
    cache.set(source, entry);
    // A failure is not cached: it contains `what`, which may differ the next time.
    entry.prepared.catch(() => cache.delete(source));
  }
  // The caller states the type of the schema's output, by `InferOutput`.
  return (await entry.prepared) as PreparedSchema<T>;
}

async function prepare(source: Source, json: string, what: string, mode: SchemaMode): Promise<PreparedSchema> {
  const document = JSON.parse(json) as JsonObject;
  const validate = isStandardSchema(source) ? standardValidation(source) : await jsonSchemaValidation(document, what);
  if (mode === "open") {
    checkOpenRoot(document, what);
    return { jsonSchema: document, validate };
  }
  const merged = mergeAllOf(document);
  const { jsonSchema, fillsWithNull } = toStrictSchema(merged, what);
  if (!fillsWithNull) return { jsonSchema, validate };
  const fits = /"(anyOf|oneOf)":/.test(json) ? await compileParts(merged) : () => false;
  const validatePruned: Validate = (value) => {
    resetPatternBudget();
    return validate(removeFilledNulls(value, merged, fits));
  };
  return { jsonSchema, validate: validatePruned };
}

function toSource(schema: unknown, what: string): Source {
  if (isStandardSchema(schema)) return schema;
  if (!isPlainObject(schema)) {
    const advice = "It must be a JSON Schema object or a Standard Schema (Zod 4, ArkType, Valibot).";
    throw new InvalidInputError(`${what} is ${kindOf(schema)}. ${advice}`);
  }
  if (Object.keys(schema).length === 0) {
    const example = '{ type: "object", properties: { … } }';
    throw new InvalidInputError(
      `${what} is an empty object, which does not describe anything. Describe an object: ${example}.`,
    );
  }
  return schema;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return `a ${typeof value}`;
  const { constructor }: { constructor?: unknown } = value;
  return typeof constructor === "function" && constructor.name !== "" ? `a ${constructor.name}` : "not a plain object";
}

function toJson(schema: unknown, what: string): string {
  const json = written(schema, what);
  // A conversion or a `toJSON` may return anything.
  if (json?.startsWith("{")) return json;
  throw new InvalidInputError(
    `${what} is ${json?.slice(0, 60) ?? "nothing"} as JSON. A JSON Schema must be an object.`,
  );
}

/** Undefined for what JSON does not have, such as a function. */
function written(schema: unknown, what: string): string | undefined {
  try {
    return JSON.stringify(schema);
  } catch (cause) {
    throw new InvalidInputError(`${what} cannot be written as JSON: ${messageOf(cause)}`, { cause });
  }
}

function checkOpenRoot(document: JsonObject, what: string): void {
  if (document["type"] === "object" || document["$ref"] !== undefined) return;
  throw new InvalidInputError(`${what} must describe an object: { type: "object", properties: { … } }.`);
}

function standardValidation(schema: StandardSchemaV1): Validate {
  return async (value) => {
    try {
      const result = await schema["~standard"].validate(value);
      return result.issues ? { ok: false, issues: toIssues(result.issues) } : { ok: true, value: result.value };
    } catch (cause) {
      // A transform of the schema failed, or its library does not return a result.
      return { ok: false, issues: [{ message: `cannot be validated: ${messageOf(cause)}`, path: [] }], cause };
    }
  };
}

async function jsonSchemaValidation(document: JsonObject, what: string): Promise<Validate> {
  const check = await compileSchema(document, what);
  return async (value) => {
    resetPatternBudget();
    const issues = check(value);
    return issues.length > 0 ? { ok: false, issues } : { ok: true, value };
  };
}
