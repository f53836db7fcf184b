// The locations of secrets in Codex's configuration. Both transports use this table for arguments, traces and errors.
import { isTable } from "./config-tree.js";
import type { ConfigNode, ConfigTree } from "./config-tree.js";
import { inArguments, inHeader, inUrl, looksLikeCredential } from "./credentials.js";

/**
 * `value`: the whole value is secret. `url`, `arguments`, `query`: it contains credentials.
 *
 * `*` matches one key, `**` one or more. The part of a path before `|` is kept out of argv completely.
 */
type Kind = "value" | "url" | "arguments" | "query";

const table: readonly (readonly [path: string, kind: Kind])[] = [
  ["mcp_servers | * env *", "value"],
  ["mcp_servers | * http_headers *", "value"],
  ["mcp_servers | * bearer_token", "value"],
  ["mcp_servers | * oauth client_secret", "value"],
  ["mcp_servers | * url", "url"],
  ["mcp_servers | * args", "arguments"],
  ["model_providers * http_headers | *", "value"],
  ["model_providers * experimental_bearer_token |", "value"],
  ["model_providers * query_params | *", "query"],
  ["model_providers * auth | args", "arguments"],
  ["model_providers * gateway_oauth | client_secret", "value"],
  ["model_providers * base_url |", "url"],
  ["openai_base_url |", "url"],
  ["chatgpt_base_url |", "url"],
  ["shell_environment_policy set | *", "value"],
  ["otel | ** headers *", "value"],
  ["otel | ** endpoint", "url"],
];

interface Location {
  steps: readonly string[];
  /** The number of segments that are kept out of argv completely. */
  unit: number;
  kind: Kind;
}

const locations: readonly Location[] = table.map(([path, kind]) => {
  const [before = "", after = ""] = path.split("|");
  const words = (text: string) => text.split(" ").filter((word) => word !== "");
  return { steps: [...words(before), ...words(after)], unit: words(before).length, kind };
});

const sections = new Set(locations.map(({ steps }) => steps[0]));

/** Whether there are secrets below the first key of this dotted path. */
export function isSecretSection(path: string): boolean {
  return sections.has(path.split(".")[0]?.trim().replaceAll(/["']/g, ""));
}

interface Found {
  path: readonly string[];
  /** The path of the part that is kept out of argv. */
  unit: readonly string[];
  secrets: string[];
}

/** Values whose redaction would damage a message without protecting anything. */
function isCommon(value: string): boolean {
  return ["HOME", "PATH", "PWD", "SHELL", "TMPDIR", "USER"].some((name) => process.env[name] === value);
}

/** The secrets in the configuration, which must not be shown. */
export function secretsIn(config: ConfigTree): string[] {
  return find(config).flatMap(({ secrets }) => secrets.filter((secret) => secret !== "" && !isCommon(secret)));
}

/** Each secret location that the configuration uses, with its secrets. */
export function secretsAt(config: ConfigTree): Pick<Found, "path" | "secrets">[] {
  return find(config);
}

/** Whether a setting belongs to the part that is kept out of argv. */
export function mayHoldSecrets(config: ConfigTree): boolean {
  return hiddenUnits(config).length > 0;
}

export interface SplitConfig {
  /** May be in argv. */
  visible: ConfigTree;
  /** Must not be in argv. */
  hidden: ConfigTree;
}

export function splitConfig(config: ConfigTree): SplitConfig {
  let visible: ConfigTree = config;
  let hidden: ConfigTree = Object.create(null) as ConfigTree;
  for (const unit of hiddenUnits(config)) {
    hidden = withValue(hidden, unit, valueAt(config, unit));
    visible = without(visible, unit);
  }
  return { visible, hidden };
}

/** Paths without duplicates. Parts of `mcp_servers` always stay together. */
function hiddenUnits(config: ConfigTree): (readonly string[])[] {
  const units = new Map<string, readonly string[]>();
  for (const { unit, secrets } of find(config)) if (secrets.length > 0) units.set(JSON.stringify(unit), unit);
  if (config["mcp_servers"] !== undefined) units.set(JSON.stringify(["mcp_servers"]), ["mcp_servers"]);
  return [...units.values()];
}

function find(config: ConfigTree): Found[] {
  return locations.flatMap((location) => matches(config, location, 0, []));
}

function matches(node: ConfigNode, location: Location, at: number, path: readonly string[]): Found[] {
  const { steps, unit, kind } = location;
  const step = steps[at];
  if (step === undefined) return [{ path, unit: path.slice(0, unit), secrets: credentialsIn(node, kind) }];
  if (!isTable(node)) return [];
  return Object.entries(node).flatMap(([key, child]) => {
    const inner = [...path, key];
    if (step === "**") return [...matches(child, location, at + 1, inner), ...matches(child, location, at, inner)];
    return step === "*" || step === key ? matches(child, location, at + 1, inner) : [];
  });
}

function credentialsIn(node: ConfigNode, kind: Kind): string[] {
  if (kind === "arguments") return Array.isArray(node) ? inArguments(node.map(String)) : [];
  if (isTable(node) || Array.isArray(node)) return kind === "value" ? leaves(node) : [];
  const text = String(node);
  if (kind === "url") return inUrl(text);
  if (kind === "query") return looksLikeCredential(text) ? [text] : [];
  return inHeader(text);
}

function leaves(node: ConfigNode): string[] {
  if (Array.isArray(node)) return node.flatMap(leaves);
  return isTable(node) ? Object.values(node).flatMap(leaves) : [String(node)];
}

function valueAt(config: ConfigTree, path: readonly string[]): ConfigNode {
  // Each path was found in this configuration.
  return path.reduce<ConfigNode>((node, key) => (node as ConfigTree)[key] as ConfigNode, config);
}

function withValue(config: ConfigTree, [key = "", ...rest]: readonly string[], value: ConfigNode): ConfigTree {
  const copy: ConfigTree = Object.assign(Object.create(null) as ConfigTree, config);
  const below = copy[key];
  copy[key] =
    rest.length === 0 ? value : withValue(isTable(below) ? below : (Object.create(null) as ConfigTree), rest, value);
  return copy;
}

function without(config: ConfigTree, [key = "", ...rest]: readonly string[]): ConfigTree {
  const copy: ConfigTree = Object.assign(Object.create(null) as ConfigTree, config);
  const below = copy[key];
  if (rest.length === 0 || !isTable(below)) delete copy[key];
  else copy[key] = without(below, rest);
  if (isTable(copy[key]) && Object.keys(copy[key]).length === 0 && rest.length > 0) delete copy[key];
  return copy;
}
