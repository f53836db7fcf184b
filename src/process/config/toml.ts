// Configuration as `--config path=value` arguments, the value in TOML.
import { InvalidInputError } from "../../errors/errors.js";

const bareKey = /^[A-Za-z0-9_-]+$/;
const tooLargeForTomlInteger = 2 ** 63;

/**
 * `["--config", "a.b=1", …]` in the order of `config`, then `overrides` as they are.
 *
 * Nested objects become dotted paths. codex splits a path at each dot and knows no quotes there, so an object with
 * a key that a path cannot hold is written as an inline table. A key at the top may be a dotted path itself.
 * @throws InvalidInputError names the path of a value or key that codex cannot take.
 */
export async function toConfigArguments(config: object, overrides: readonly string[] = []): Promise<string[]> {
  const settings: string[] = [];
  if (!isTable(config)) throw new InvalidInputError("`config` must be an object of codex settings.");
  for (const [key, value] of definedEntries(config, "")) {
    checkTopKey(key);
    flatten(value, key, [config], settings);
  }
  overrides.forEach(checkOverride);
  return [...settings, ...overrides].flatMap((setting) => ["--config", setting]);
}

type Table = Record<string, unknown>;

function flatten(value: unknown, path: string, parents: readonly object[], settings: string[]): void {
  if (!isTable(value) || !canBeDotted(value)) {
    settings.push(`${path}=${toToml(value, path, parents)}`);
    return;
  }
  checkCycle(value, path, parents);
  for (const [key, child] of definedEntries(value, path)) {
    flatten(child, `${path}.${key}`, [...parents, value], settings);
  }
}

/** Whether every key can be a step of a dotted path; `{}` must be written as it is, or nothing would be set. */
function canBeDotted(table: Table): boolean {
  const keys = Object.keys(table);
  return keys.length > 0 && !keys.some((key) => /[.=]|^\s|\s$/.test(key));
}

function toToml(value: unknown, path: string, parents: readonly object[]): string {
  if (typeof value === "string") return tomlString(value, path);
  if (typeof value === "number") return tomlNumber(value, path);
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) {
    checkCycle(value, path, parents);
    const items = Array.from(value, (item, index) => toToml(item, `${path}[${index}]`, [...parents, value]));
    return `[${items.join(", ")}]`;
  }
  if (isTable(value)) {
    checkCycle(value, path, parents);
    const pairs = definedEntries(value, path).map(([key, child]) => {
      const name = bareKey.test(key) ? key : tomlString(key, path);
      return `${name} = ${toToml(child, `${path}.${key}`, [...parents, value])}`;
    });
    return `{${pairs.join(", ")}}`;
  }
  throw new InvalidInputError(`\`config\` at ${path} is ${kindOf(value)}; codex takes ${accepted}.`);
}

const accepted = "strings, finite numbers, booleans, and arrays and objects of these";

function tomlNumber(value: number, path: string): string {
  if (!Number.isFinite(value)) {
    throw new InvalidInputError(`\`config\` at ${path} is ${value}; codex takes finite numbers only.`);
  }
  if (Number.isInteger(value) && Math.abs(value) >= tooLargeForTomlInteger) {
    throw new InvalidInputError(`\`config\` at ${path} is ${value}, more than an integer of TOML (64 bits) can hold.`);
  }
  return String(value);
}

/** JSON's escapes are TOML's, save that TOML wants DEL escaped and has no lone surrogates. */
function tomlString(value: string, path: string): string {
  if (/\p{Surrogate}/u.test(value)) {
    throw new InvalidInputError(`\`config\` at ${path} holds half of a surrogate pair, which is no Unicode text.`);
  }
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}

function definedEntries(table: Table, path: string): [string, unknown][] {
  const entries = Object.entries(table);
  if (entries.some(([key]) => key === "")) {
    throw new InvalidInputError(`\`config\`${path && ` at ${path}`} has an empty key; every setting needs a name.`);
  }
  return entries.filter(([, value]) => value !== undefined);
}

function checkTopKey(key: string): void {
  if (/=|^\s|\s$/.test(key) || key.split(".").includes("")) {
    throw new InvalidInputError(
      `\`config\` has the key ${JSON.stringify(key)}; at the top it must be a name or a dotted path such as "tools.web_search".`,
    );
  }
}

function checkOverride(override: string): void {
  if (override.indexOf("=") < 1) {
    throw new InvalidInputError(`\`configOverrides\` has ${JSON.stringify(override)}; write it as "key=value".`);
  }
}

function checkCycle(value: object, path: string, parents: readonly object[]): void {
  if (parents.includes(value)) throw new InvalidInputError(`\`config\` at ${path} contains itself.`);
}

function isTable(value: unknown): value is Table {
  return Object.prototype.toString.call(value) === "[object Object]";
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  return `a ${Object.prototype.toString.call(value).slice("[object ".length, -1)}`;
}
