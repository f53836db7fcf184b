// Validates options before anything is started.
import { InvalidInputError } from "../errors/errors.js";
import { isJsonObject } from "../internal/json.js";
import { messageOf } from "../internal/message-of.js";

/** Returns undefined for a valid value; otherwise a description of a valid one. */
export type Check = (value: unknown) => string | undefined;
export type Checks = Readonly<Record<string, Check>>;

/** @throws InvalidInputError if `options` is not an object, or for an unknown option or an invalid value. */
export function checkOptions(options: unknown, checks: Checks, what: string): void {
  try {
    check(options, checks, what);
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    // A getter or a proxy of the caller threw.
    throw new InvalidInputError(`${what} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function check(options: unknown, checks: Checks, what: string): void {
  if (!isJsonObject(options)) {
    throw new InvalidInputError(`${what} must be an object, not ${describe(options)}.`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const isValid = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!isValid) throw new InvalidInputError(unknownOption(name, what, Object.keys(checks)));
    const expected = isValid(value);
    if (expected !== undefined) {
      const found = expected.endsWith(notShown) ? describeHidden(value) : describe(value);
      // An object with an invalid field is an object.
      const contrast = expected.startsWith(found) ? "" : `, not ${found}`;
      throw new InvalidInputError(`${what}.${name} must be ${expected}${contrast}.`);
    }
  }
}

/** Suffix of the description of a valid secret. The message does not show the value that was passed. */
export const notShown = "(it is not shown here)";

export const text: Check = (value) =>
  typeof value === "string" && value.trim() !== "" && !value.includes("\0")
    ? undefined
    : "a string that is not empty and has no NUL character";
export const anyText: Check = (value) => (typeof value === "string" ? undefined : "a string");
export const flag: Check = (value) => (typeof value === "boolean" ? undefined : "true or false");
export const callback: Check = (value) => (typeof value === "function" ? undefined : "a function");
export const plainObject: Check = (value) => (isJsonObject(value) ? undefined : "an object");

export const milliseconds: Check = (value) =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? undefined : "a number of milliseconds above 0";

export const millisecondsOrZero: Check = (value) =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? undefined : "a number of milliseconds, 0 or more";

/** A whole number of at least `min`. */
export const wholeNumber =
  (min: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= min ? undefined : `a whole number, ${min} or more`;

/** `every` skips the holes of an array, which other code reads as undefined. */
export function isListOf(value: unknown, isEntry: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && Array.from<unknown>(value).every(isEntry);
}

export const texts: Check = (value) =>
  isListOf(value, (entry) => text(entry) === undefined)
    ? undefined
    : "an array of strings that are not empty and have no NUL character";

export const textRecord: Check = (value) =>
  isJsonObject(value) && Object.values(value).every((entry) => typeof entry === "string")
    ? undefined
    : "an object of strings";

/** Strings by name, such as `process.env`. */
export const environment: Check = (value) =>
  isJsonObject(value) && Object.entries(value).every(isVariable)
    ? undefined
    : 'an object of strings, without "=" in names and without NUL characters';

/** Windows keeps the current directory of each drive in variables such as `=C:`. */
function isVariable([name, value]: [string, unknown]): boolean {
  if (value === undefined) return true;
  return /^=?[^=\0]+$/.test(name) && typeof value === "string" && !value.includes("\0");
}

export const httpUrl: Check = (value) => {
  const expected = "an http(s) URL, such as https://gateway.example/v1";
  if (typeof value !== "string") return expected;
  const isUrl = !/[\0-\x20\x7f]/.test(value) && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
  if (isUrl) return undefined;
  const mayHoldSecret = /[@?]|[\w-]{16,}/.test(value);
  return mayHoldSecret ? `${expected} ${notShown}` : expected;
};

/** What a header or a token may consist of. */
export function isVisibleAscii(value: string): boolean {
  return /^[\x21-\x7e]+$/.test(value);
}

export const abortSignal: Check = (value) => {
  if (!isJsonObject(value) || typeof value["aborted"] !== "boolean") return "an AbortSignal";
  const methods = [value["addEventListener"], value["removeEventListener"]];
  return methods.every((method) => typeof method === "function") ? undefined : "an AbortSignal";
};

export function oneOf(...allowed: readonly string[]): Check {
  const list = allowed.map((value) => JSON.stringify(value)).join(", ");
  return (value) => (typeof value === "string" && allowed.includes(value) ? undefined : `one of ${list}`);
}

/** Describes a value in a message: short, and without long strings. */
export function describe(value: unknown): string {
  if (typeof value === "string")
    return value.length > 60 ? `a string of ${value.length} characters` : JSON.stringify(value);
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  if (typeof value === "function") return "a function";
  // In JSON, NaN and Infinity are null.
  if (typeof value === "number") return String(value);
  return typeof value === "bigint" || typeof value === "symbol" ? typeof value : JSON.stringify(value);
}

function describeHidden(value: unknown): string {
  if (typeof value === "string") return value === "" ? '""' : "that string";
  return describe(value);
}

function unknownOption(name: string, what: string, known: readonly string[]): string {
  const similar = known.find((option) => option.toLowerCase() === name.toLowerCase().replaceAll(/[_-]/g, ""));
  const hint = similar === undefined ? `The options are: ${known.join(", ")}.` : `Did you mean "${similar}"?`;
  return `${what} has no option "${name}". ${hint}`;
}
