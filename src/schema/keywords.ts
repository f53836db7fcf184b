// The keywords of JSON Schema that the model's endpoint accepts in strict mode.
//
// Sources: OpenAI's guide "Structured model outputs", sections "Supported schemas" and "Some type-specific keywords are
// not yet supported", and the endpoint's error messages for other keywords ("'uniqueItems' is not permitted", "regex
// lookaround is not supported", "$ref cannot have keywords {'description'}").

import type { JsonObject } from "../internal/json.js";

/** Sent unchanged. */
export const sentKeywords = [
  "title",
  "enum",
  "const",
  "multipleOf",
  "minimum",
  "exclusiveMinimum",
  "maximum",
  "exclusiveMaximum",
  "minItems",
  "maxItems",
] as const;

/** Not sent, because strict mode may reject them. The answer is validated against them. */
export const checkedHereKeywords = [
  "minLength",
  "maxLength",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "propertyNames",
  "contains",
  "minContains",
  "maxContains",
] as const;

const oneForEachCase = "Use anyOf with one object for each case.";

/** Keywords that strict mode cannot express, with the alternative. */
export const refusedKeywords: ReadonlyMap<string, string> = new Map([
  ["patternProperties", "Use an array of { key, value } objects."],
  ["not", "List what is allowed, with enum or anyOf."],
  ["if", oneForEachCase],
  ["then", oneForEachCase],
  ["else", oneForEachCase],
  ["dependentRequired", oneForEachCase],
  ["dependentSchemas", oneForEachCase],
  ["dependencies", oneForEachCase],
  ["$dynamicRef", "Use $ref to a schema under $defs."],
  ["$recursiveRef", "Use $ref to a schema under $defs."],
]);

const constrainingKeywords: ReadonlySet<string> = new Set([
  ...sentKeywords.filter((keyword) => keyword !== "title"),
  ...checkedHereKeywords,
  ...refusedKeywords.keys(),
  "$ref",
  "additionalItems",
  "additionalProperties",
  "allOf",
  "anyOf",
  "format",
  "items",
  "nullable",
  "oneOf",
  "pattern",
  "prefixItems",
  "properties",
  "required",
  "type",
  "unevaluatedItems",
  "unevaluatedProperties",
]);

/** The keywords of `schema` that restrict its values. The others only describe it. */
export function constraints(schema: object): string[] {
  return Object.keys(schema).filter((keyword) => constrainingKeywords.has(keyword));
}

const sentFormats: ReadonlySet<unknown> = new Set([
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uuid",
]);

/** The parts of `format` and `pattern` that are sent. */
export function sentText({ format, pattern }: JsonObject): JsonObject {
  // Libraries add a long pattern to each format, on which the endpoint has failed. The format is sufficient.
  if (sentFormats.has(format)) return { format };
  return isSentPattern(pattern) ? { pattern } : {};
}

/** The endpoint's patterns support neither lookaround nor back references. */
function isSentPattern(pattern: unknown): boolean {
  return typeof pattern === "string" && !/\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</.test(pattern);
}
