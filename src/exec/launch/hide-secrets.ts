// Replaces secrets in the configuration by the names of variables that contain them.
import { isTable, literalTree, mergeTrees } from "../../config/config-tree.js";
import type { ConfigNode, ConfigTree } from "../../config/config-tree.js";
import { inArguments, inUrl, looksLikeCredential } from "../../config/credentials.js";
import { hideOtelHeaders } from "../../config/otel-headers.js";
import { secretsAt } from "../../config/secret-locations.js";
import { UnsupportedError } from "../../errors/errors.js";
import { endpointOf } from "../../config/endpoint.js";
import type { SecretEnvironment } from "./secret-environment.js";

/**
 * The configuration as it may be passed in argv, which every user of the machine can read.
 * @throws UnsupportedError for a secret that `codex exec` accepts only in its arguments.
 */
export function hideSecrets(config: ConfigTree, secrets: SecretEnvironment): ConfigTree {
  const { config: withoutHeaders, variables } = hideOtelHeaders(config);
  for (const [name, value] of Object.entries(variables)) secrets.addAs(name, value, "A header in `config.otel`");
  const hidden = hideInPolicy(hideInSections(withoutHeaders, secrets), secrets);
  for (const { path, secrets: found } of secretsAt(hidden)) {
    const isOpen = path[0] === "shell_environment_policy" && !found.some(looksLikeCredential);
    if (found.length > 0 && !isOpen) throw unsupported(path);
  }
  return hidden;
}

function unsupported(path: readonly string[]): UnsupportedError {
  return new UnsupportedError(
    `\`config\` has a secret at ${path.join(".")}, which \`codex exec\` accepts only in its arguments, where every user of ` +
      'this machine can read it. Use `transport: "app-server"`, or set it in config.toml.',
  );
}

function hideInSections(config: ConfigTree, secrets: SecretEnvironment): ConfigTree {
  const { mcp_servers: servers, model_providers: providers } = config;
  return mergeTables(config, {
    ...(servers !== undefined && { mcp_servers: eachTable(servers, (server) => hideInServer(server, secrets)) }),
    ...(providers !== undefined && {
      model_providers: eachTable(providers, (table) => hideInProvider(table, secrets)),
    }),
  });
}

/** The keys of `over` replace those of `config` at the same position. */
function mergeTables(config: ConfigTree, overrides: Record<string, ConfigNode>): ConfigTree {
  return Object.assign(mergeTrees(config), overrides);
}

function eachTable(section: ConfigNode, hide: (table: ConfigTree) => ConfigTree): ConfigNode {
  if (!isTable(section)) return section;
  const entries = Object.entries(section).map(([name, table]) => [name, isTable(table) ? hide(table) : table] as const);
  return literalEntries(entries);
}

function hideInServer(server: ConfigTree, secrets: SecretEnvironment): ConfigTree {
  const { bearer_token: token, ...rest } = hideUserinfo(server, "url");
  const named = token === undefined ? rest : { bearer_token_env_var: secrets.add(textOf(token)), ...rest };
  return hideEnvironment(hideHeaders(literalTree(named), secrets), secrets);
}

function hideInProvider(provider: ConfigTree, secrets: SecretEnvironment): ConfigTree {
  const { experimental_bearer_token: token, ...rest } = hideUserinfo(provider, "base_url");
  // Codex prefers the key that `env_key` names, so a token beside it has no effect.
  const named = token === undefined ? rest : { env_key: secrets.add(textOf(token)), ...rest };
  return hideHeaders(literalTree(named), secrets);
}

/** `user:password@` in a URL is equivalent to this header. */
function hideUserinfo(table: ConfigTree, key: "url" | "base_url"): ConfigTree {
  const url = table[key];
  if (typeof url !== "string" || inUrl(url).length === 0) return table;
  const { base_url: plain, http_headers: headers = {} } = endpointOf(url);
  const query = new URL(url).search;
  return mergeTrees(literalTree({ http_headers: headers }), table, literalTree({ [key]: `${plain}${query}` }));
}

function hideHeaders(table: ConfigTree, secrets: SecretEnvironment): ConfigTree {
  const { http_headers: headers, ...rest } = table;
  if (!isTable(headers) || Object.keys(headers).length === 0) return literalTree(rest);
  const named = Object.entries(headers).map(([name, value]) => [name, secrets.add(textOf(value))] as const);
  const given = isTable(rest["env_http_headers"]) ? rest["env_http_headers"] : literalTree({});
  return mergeTables(literalTree(rest), { env_http_headers: mergeTrees(given, literalEntries(named)) });
}

function hideEnvironment(server: ConfigTree, secrets: SecretEnvironment): ConfigTree {
  const { env, ...rest } = server;
  const variables = isTable(env) ? Object.entries(env).map(([name, value]) => [name, textOf(value)] as const) : [];
  const isPosix = typeof rest["command"] === "string" && process.platform !== "win32";
  const args = list(rest["args"]).map(String);
  const hasSecretArgs = inArguments(args).length > 0;
  if (variables.length === 0 && !(hasSecretArgs && isPosix)) return literalTree(rest);
  if (isPosix && variables.every(([name]) => shellName.test(name))) {
    return startedByShell(literalTree(rest), { variables, args, hidesArgs: hasSecretArgs }, secrets);
  }
  for (const [name, value] of variables) secrets.addAs(name, value, `The MCP server's \`env.${name}\``);
  return mergeTables(literalTree(rest), {
    env_vars: [...list(rest["env_vars"]), ...variables.map(([name]) => name)],
  });
}

const shellName = /^[A-Za-z_][A-Za-z0-9_]*$/;

interface Hidden {
  variables: readonly (readonly [name: string, value: string])[];
  args: readonly string[];
  hidesArgs: boolean;
}

/**
 * Codex passes on variables only by their own names, and its own environment may use these names for other values. So a
 * shell sets each secret under its name and then executes the server.
 */
function startedByShell(
  server: ConfigTree,
  { variables, args, hidesArgs }: Hidden,
  secrets: SecretEnvironment,
): ConfigTree {
  const secretVariables = variables.map(([name, value]) => ({ name, variable: secrets.add(value) }));
  const secretArgs = hidesArgs ? args.map((arg) => secrets.add(arg)) : [];
  const all = [...secretVariables.map(({ variable }) => variable), ...secretArgs];
  const script = [
    ...(secretArgs.length > 0 ? [`set -- ${secretArgs.map((variable) => `"$${variable}"`).join(" ")}`] : []),
    ...(secretVariables.length > 0
      ? [`export ${secretVariables.map(({ name, variable }) => `${name}="$${variable}"`).join(" ")}`]
      : []),
    `unset ${all.join(" ")}`,
    'exec "$0" "$@"',
  ].join("; ");
  return mergeTables(server, {
    command: "/bin/sh",
    args: ["-c", script, server["command"] ?? "", ...(hidesArgs ? [] : args)],
    env_vars: [...list(server["env_vars"]), ...all],
  });
}

/** Variables for the agent's commands, which inherit them from Codex. */
function hideInPolicy(config: ConfigTree, secrets: SecretEnvironment): ConfigTree {
  const policy = config["shell_environment_policy"];
  const set = isTable(policy) ? policy["set"] : undefined;
  if (!isTable(policy) || !isTable(set) || filtersOf(policy).length > 0) return config;
  const entries = Object.entries(set);
  const open = entries.filter(([, value]) => !looksLikeCredential(textOf(value)));
  for (const [name, value] of entries) {
    if (looksLikeCredential(textOf(value))) secrets.share(name, textOf(value));
  }
  const { set: _set, ...rest } = policy;
  const visible = mergeTables(literalTree(rest), open.length > 0 ? { set: literalEntries(open) } : {});
  return mergeTables(config, { shell_environment_policy: visible });
}

/** Settings that prevent commands from inheriting a variable. */
export function filtersOf(policy: ConfigNode | undefined): string[] {
  const names = ["inherit", "exclude", "include_only", "ignore_default_excludes"];
  return isTable(policy) ? names.filter((name) => policy[name] !== undefined) : [];
}

function textOf(value: ConfigNode): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function list(value: ConfigNode | undefined): ConfigNode[] {
  return Array.isArray(value) ? value : [];
}

function literalEntries(entries: readonly (readonly [string, ConfigNode])[]): ConfigTree {
  const table = mergeTrees();
  for (const [key, value] of entries) table[key] = value;
  return table;
}
