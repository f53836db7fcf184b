// Which keywords of JSON Schema the model's endpoint takes in strict mode.
//
// The facts are those of OpenAI's guide "Structured model outputs", sections "Supported schemas" and "Some
// type-specific keywords are not yet supported", and of what the endpoint answers to the rest ("'uniqueItems' is not
// permitted", "regex lookaround is not supported", "$ref cannot have keywords {'description'}").

import type { JsonObject } from "../internal/json.js";

/** Sent as they are. */
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

/** Not sent, because strict mode may refuse them; the answer is held to them when it has come. */
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

/** What strict mode cannot express, with what to write instead. */
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

/** The keywords of `schema` that say which values it lets through; the others only describe. */
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

/** `format` and `pattern` of `schema` as far as they are sent. */
export function sentText({ format, pattern }: JsonObject): JsonObject {
  // Libraries write a pattern for each format, of a size that the endpoint has failed on; the format says enough.
  if (sentFormats.has(format)) return { format };
  return isSentPattern(pattern) ? { pattern } : {};
}

/** The endpoint's patterns know neither lookaround nor back references. */
function isSentPattern(pattern: unknown): boolean {
  return typeof pattern === "string" && !/\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</.test(pattern);
}
