// Converts a configuration tree to `--config path=value` arguments with TOML values.
import { InvalidInputError } from "../errors/errors.js";
import { isTable, mergeTrees, toConfigTree } from "./config-tree.js";
import type { ConfigNode, ConfigTree } from "./config-tree.js";
import { isSecretSection } from "./secret-locations.js";

const bareKey = /^[A-Za-z0-9_-]+$/;

/**
 * `["--config", "a.b=1", …]` for each setting, then `overrides` unchanged.
 *
 * Codex splits a path at each dot and does not support quotes in it. A table with a key that a path cannot express is
 * written inline.
 * @throws InvalidInputError for a top-level key that cannot be expressed, and for an override without `=`.
 */
export function toConfigArguments(config: ConfigTree | object, overrides: readonly string[] = []): string[] {
  const settings: string[] = [];
  for (const [key, value] of Object.entries(isTree(config) ? config : toConfigTree(config))) {
    if (/[.=]|^\s|\s$/.test(key)) {
      throw new InvalidInputError(
        `\`config\` has the key ${JSON.stringify(key)}. A top-level key must be a name without dots, "=" and outer spaces.`,
      );
    }
    flatten(value, key, settings);
  }
  for (const override of overrides) checkOverride(override);
  return [...settings, ...overrides].flatMap((setting) => ["--config", setting]);
}

function isTree(config: object): config is ConfigTree {
  return Object.getPrototypeOf(config) === null;
}

function flatten(value: ConfigNode, path: string, settings: string[]): void {
  if (!isTable(value) || !canBeDotted(value)) settings.push(`${path}=${toToml(value)}`);
  else for (const [key, child] of Object.entries(value)) flatten(child, `${path}.${key}`, settings);
}

/** An empty table must be written explicitly, or it would not be set. */
function canBeDotted(table: ConfigTree): boolean {
  const keys = Object.keys(table);
  return keys.length > 0 && !keys.some((key) => /[.=]|^\s|\s$|^$/.test(key));
}

function toToml(value: ConfigNode): string {
  if (typeof value === "string") return tomlString(value);
  if (Array.isArray(value)) return `[${value.map(toToml).join(", ")}]`;
  if (!isTable(value)) return String(value);
  const pairs = Object.entries(value).map(([key, child]) => {
    return `${bareKey.test(key) ? key : tomlString(key)} = ${toToml(child)}`;
  });
  return `{${pairs.join(", ")}}`;
}

/** TOML has the escapes of JSON, and also requires one for DEL. */
function tomlString(value: string): string {
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}

function checkOverride(override: string): void {
  if (override.indexOf("=") < 1) {
    throw new InvalidInputError(`\`configOverrides\` has ${JSON.stringify(override)}. Write it as "key=value".`);
  }
}

export interface Overrides {
  /** The configuration, including the overrides that may contain secrets. */
  config: ConfigTree;
  /** The other overrides, unchanged. */
  rest: string[];
}

/**
 * Moves overrides for which `mayHoldSecrets` is true into the configuration.
 * @throws InvalidInputError for such a value that cannot be parsed: in argv every user could read it.
 */
export async function mergeOverrides(
  config: ConfigTree,
  overrides: readonly string[],
  mayHoldSecrets: (setting: ConfigTree) => boolean,
): Promise<Overrides> {
  if (overrides.length === 0) return { config, rest: [] };
  const { parse } = await import("smol-toml");
  const rest: string[] = [];
  const trees: ConfigTree[] = [config];
  for (const override of overrides) {
    const setting = readOverride(override, parse);
    if (setting && mayHoldSecrets(setting)) trees.push(setting);
    else rest.push(override);
  }
  return { config: mergeTrees(...trees), rest };
}

function readOverride(override: string, parse: (toml: string) => object): ConfigTree | undefined {
  const at = override.indexOf("=");
  if (at < 1) return undefined;
  const path = override.slice(0, at).trim();
  const value = parsedValue(override.slice(at + 1).trim(), parse);
  try {
    if (value === undefined)
      throw new InvalidInputError(`\`configOverrides\` has a value at ${path} that is not TOML.`);
    return toConfigTree({ [path]: quoteKeys(value) }, "configOverrides");
  } catch (error) {
    if (isSecretSection(path)) throw error;
    // Codex validates it.
    return undefined;
  }
}

/** Parses like Codex: a value that is not TOML is a string. Undefined for a table or an array that is not TOML. */
function parsedValue(text: string, parse: (toml: string) => object): unknown {
  try {
    return (parse(`value = ${text}`) as { value: unknown }).value;
  } catch {
    return /^[[{]/.test(text) ? undefined : text;
  }
}

/** Keys of parsed TOML are literal. */
function quoteKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(quoteKeys);
  if (!isTable(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [JSON.stringify(key), quoteKeys(child)]));
}
