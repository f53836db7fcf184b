// Configuration without the secrets in it: where a value was, the name of the variable stands that holds it.
import type { CodexConfigObject, CodexConfigValue } from "../../options/options.js";
import type { SecretEnvironment } from "./secret-environment.js";

const sections = ["mcp_servers", "model_providers"] as const;
type Section = (typeof sections)[number];
type Table = Record<string, CodexConfigValue | undefined>;

/** The configuration as it may stand in argv. What holds no secret stays as it is, in the same order. */
export function hideSecrets(config: CodexConfigObject, secrets: SecretEnvironment): CodexConfigObject {
  return sections.reduce((result, section) => hideInSection(result, section, secrets), config);
}

function hideInSection(config: CodexConfigObject, section: Section, secrets: SecretEnvironment): CodexConfigObject {
  const entries = Object.entries(config);
  const isOfSection = ([key]: [string, CodexConfigValue]) => key === section || key.startsWith(`${section}.`);
  const own = entries.filter(isOfSection);
  const table = own.reduce<Table>((table, [key, value]) => merged(table, nested(key.split("."), value)), {})[section];
  if (!isTable(table) || !Object.values(table).some((value) => isTable(value) && holdsSecrets(value))) return config;
  const hidden = Object.entries(table).map(([name, value]) => [name, isTable(value) ? hide(value, secrets) : value]);
  const first = entries.findIndex(isOfSection);
  const before = entries.slice(0, first);
  const after = entries.slice(first).filter((entry) => !isOfSection(entry));
  return Object.fromEntries([...before, [section, Object.fromEntries(hidden)], ...after]);
}

const secretFields = ["env", "http_headers", "experimental_bearer_token"];

function holdsSecrets(table: Table): boolean {
  return secretFields.some((field) => table[field] !== undefined);
}

function hide(table: Table, secrets: SecretEnvironment): Table {
  return hideBearerToken(hideHeaders(hideEnv(table, secrets), secrets), secrets);
}

function hideHeaders({ http_headers: headers, ...rest }: Table, secrets: SecretEnvironment): Table {
  if (!isTable(headers)) return headers === undefined ? rest : { ...rest, http_headers: headers };
  const named = Object.entries(headers).map(([name, value]) => [name, secrets.keep(textOf(value))]);
  return merged(rest, { env_http_headers: Object.fromEntries(named) as Record<string, string> });
}

/** codex prefers the key that `env_key` names, so a token beside one has no say. */
function hideBearerToken({ experimental_bearer_token: token, ...rest }: Table, secrets: SecretEnvironment): Table {
  if (token === undefined) return rest;
  return { env_key: secrets.keep(textOf(token)), ...rest };
}

function hideEnv(server: Table, secrets: SecretEnvironment): Table {
  const { env, ...rest } = server;
  if (!isTable(env)) return server;
  const variables = Object.entries(env).map(([name, value]): [string, string] => [name, textOf(value)]);
  if (variables.length === 0) return rest;
  const canRename = typeof rest["command"] === "string" && process.platform !== "win32";
  return canRename && variables.every(([name]) => shellName.test(name))
    ? renamedByShell(rest, variables, secrets)
    : underOwnNames(rest, variables, secrets);
}

const shellName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * codex hands variables on by their own names only, and its own environment may need the same names for other values.
 * So a shell gives each secret its name and then becomes the server.
 */
function renamedByShell(server: Table, variables: [string, string][], secrets: SecretEnvironment): Table {
  const kept = variables.map(([name, value]) => ({ name, variable: secrets.keep(value) }));
  const script = [
    `export ${kept.map(({ name, variable }) => `${name}="$${variable}"`).join(" ")}`,
    `unset ${kept.map(({ variable }) => variable).join(" ")}`,
    'exec "$0" "$@"',
  ].join("; ");
  return {
    ...server,
    command: "/bin/sh",
    args: ["-c", script, server["command"] ?? "", ...list(server["args"])],
    env_vars: [...list(server["env_vars"]), ...kept.map(({ variable }) => variable)],
  };
}

function underOwnNames(server: Table, variables: [string, string][], secrets: SecretEnvironment): Table {
  for (const [name, value] of variables) secrets.keepAs(name, value);
  return { ...server, env_vars: [...list(server["env_vars"]), ...variables.map(([name]) => name)] };
}

function textOf(value: CodexConfigValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function list(value: CodexConfigValue | undefined): readonly CodexConfigValue[] {
  const entries: readonly CodexConfigValue[] = Array.isArray(value) ? value : [];
  return entries;
}

function nested(path: readonly string[], value: CodexConfigValue): Table {
  // The last step is the value's own key.
  return path.reduceRight<CodexConfigValue>((inner, key) => ({ [key]: inner }), value) as CodexConfigObject;
}

function merged(base: Table, over: Table): Table {
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    result[key] = isTable(below) && isTable(value) ? (merged(below, value) as CodexConfigObject) : value;
  }
  return result;
}

function isTable(value: CodexConfigValue | undefined): value is CodexConfigObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
