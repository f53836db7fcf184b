// Validation by JSON Schema, with ajv, which is loaded with the first schema.
import type { Ajv, ErrorObject, Options } from "ajv";
import { InvalidInputError, type OutputIssue } from "../errors/errors.js";
import { isJsonObject, type JsonObject } from "../internal/json.js";
import type { ValidatePart } from "./remove-filled-nulls.js";
import { BoundedPattern } from "./pattern.js";
import { mapSubschemas } from "./subschemas.js";

/** The mismatches; empty if the value is valid. */
export type Check = (value: unknown) => OutputIssue[];

/** @throws InvalidInputError if `schema` is not a valid JSON Schema. The message names `what`. */
export async function compileSchema(schema: JsonObject, what: string): Promise<Check> {
  try {
    const dialect = dialectOf(schema);
    const document = withoutDialect(schema);
    checkSynchronous(document);
    const meta = await metaSchema(dialect);
    if (meta.validateSchema(document) !== true) throw new Error(meta.errorsText(meta.errors, { dataVar: "$" }));
    const validate = (await newAjv(dialect, compileOptions)).compile(document);
    return (value) => (validate(value) ? [] : (validate.errors ?? []).map((error) => toIssue(error, value)));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidInputError(`${what} is not a valid JSON Schema: ${reason}.`, { cause });
  }
}

/** `$async` is an extension of ajv: such a schema accepts every value, and rejects a promise that is not awaited. */
function checkSynchronous(schema: JsonObject): void {
  if (schema["$async"] !== undefined) throw new Error("`$async` is not supported. Remove it");
  mapSubschemas(schema, (subschema) => {
    checkSynchronous(subschema);
    return subschema;
  });
}

/**
 * Determines the branch of a union for a value. Objects do not accept further properties, as in the strict schema:
 * otherwise an earlier branch would match the values of later ones.
 */
export async function compileParts(root: JsonObject): Promise<ValidatePart> {
  const ajv = await newAjv(dialectOf(root), compileOptions);
  const { $id: _, ...closed } = withoutDialect(close(root));
  ajv.addSchema(closed, "root");
  return (reference, value) => ajv.getSchema(`root${reference}`)?.(value) === true;
}

function close(schema: JsonObject): JsonObject {
  const closed = mapSubschemas(schema, close);
  return isJsonObject(schema["properties"]) ? { ...closed, additionalProperties: false } : closed;
}

const options: Options = {
  allErrors: true,
  // In JSON Schema, unknown keywords and formats are annotations, not errors.
  strict: false,
  validateFormats: false,
  code: { regExp: Object.assign((source: string, flags: string) => new BoundedPattern(source, flags), { code: "" }) },
};

const compileOptions: Options = { ...options, meta: false, validateSchema: false };

type Dialect = "draft-07" | "2019-09" | "2020-12";

function dialectOf(schema: JsonObject): Dialect {
  const url = typeof schema["$schema"] === "string" ? schema["$schema"] : "";
  if (/draft-0[3-7]/.test(url)) return "draft-07";
  return url.includes("2019-09") ? "2019-09" : "2020-12";
}

async function newAjv(dialect: Dialect, options: Options): Promise<Ajv> {
  switch (dialect) {
    case "draft-07":
      return new (await import("ajv")).Ajv(options);
    case "2019-09":
      return new (await import("ajv/dist/2019.js")).Ajv2019(options);
    case "2020-12":
      return new (await import("ajv/dist/2020.js")).Ajv2020(options);
  }
}

/** One for each dialect, because compiling its meta-schema takes 30 ms. It does not keep schemas. */
const metaSchemas = new Map<Dialect, Promise<Ajv>>();

async function metaSchema(dialect: Dialect): Promise<Ajv> {
  const known = metaSchemas.get(dialect) ?? newAjv(dialect, options);
  metaSchemas.set(dialect, known);
  return await known;
}

/** The dialect has been selected. Otherwise ajv would search for the URL of a dialect that it does not include. */
function withoutDialect(schema: JsonObject): JsonObject {
  const { $schema: _, ...rest } = schema;
  return rest;
}

function toIssue(error: ErrorObject, value: unknown): OutputIssue {
  const path = instancePath(error.instancePath, value);
  const message = error.message ?? `does not match ${error.keyword}`;
  const params: JsonObject = error.params;
  if (error.keyword === "additionalProperties") {
    return { message, path: [...path, String(params["additionalProperty"])] };
  }
  const allowed = error.keyword === "enum" ? params["allowedValues"] : params["allowedValue"];
  return { message: allowed === undefined ? message : `${message}: ${JSON.stringify(allowed)}`, path };
}

/** Converts ajv's JSON Pointer to property names and indices. */
function instancePath(text: string, value: unknown): PropertyKey[] {
  const path: PropertyKey[] = [];
  let at = value;
  for (const encoded of text.split("/").slice(1)) {
    const name = encoded.replaceAll("~1", "/").replaceAll("~0", "~");
    const key = Array.isArray(at) ? Number(name) : name;
    path.push(key);
    at = typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined;
  }
  return path;
}
