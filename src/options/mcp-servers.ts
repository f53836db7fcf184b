// MCP servers of a thread: their options and their form in Codex's configuration.
import * as is from "../validation/check-options.js";
import type { Check, Checks } from "../validation/check-options.js";
import { InvalidInputError } from "../errors/errors.js";
import { absolutePath } from "../validation/host-directory.js";
import { literalTree } from "../config/config-tree.js";
import type { ConfigTree } from "../config/config-tree.js";

/** An MCP server that Codex starts and talks to over stdin and stdout. */
export interface StdioMcpServer {
  command: string;
  args?: readonly string[] | undefined;
  /** Added to the server's environment, which otherwise has few variables, such as `PATH`. Not in argv or logs. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Working directory of the server. Relative paths are resolved against the host's. @defaultValue the thread's */
  cwd?: string | undefined;
}

/** An MCP server that Codex connects to over streamable HTTP. */
export interface HttpMcpServer {
  url: string;
  /** Sent as `Authorization: Bearer …`. Not in argv or logs. */
  bearerToken?: string | undefined;
  /** HTTP headers of each request. Not in argv or logs. */
  headers?: Readonly<Record<string, string>> | undefined;
}

export interface McpServerSettings {
  /** Time limit for the server's start in milliseconds. The first turn waits for it. @defaultValue 10,000, as in Codex */
  startupTimeoutMs?: number | undefined;
  /** Time limit for one tool call in milliseconds. @defaultValue 60,000, as in Codex */
  toolTimeoutMs?: number | undefined;
  /** The only tools of the server that the agent can call. @defaultValue all */
  enabledTools?: readonly string[] | undefined;
  /** Tools of the server that the agent cannot call. */
  disabledTools?: readonly string[] | undefined;
  /**
   * Which calls require approval: `auto`, calls that the server marks as destructive or does not mark as harmless; `prompt`,
   * all calls; `approve`, no calls. Without `onApproval`, calls that require approval fail.
   *
   * @defaultValue "auto"
   */
  approvalMode?: "auto" | "prompt" | "approve" | undefined;
  /**
   * Whether a turn rejects with McpServerError if the server does not start. Otherwise the turn emits an `error` item.
   *
   * @defaultValue false
   */
  required?: boolean | undefined;
}

export type McpServer = (StdioMcpServer | HttpMcpServer) & McpServerSettings;

const headers: Check = (value) =>
  is.textRecord(value) === undefined && Object.entries(value as Record<string, string>).every(isHeader)
    ? undefined
    : "an object of HTTP headers";

const token: Check = (value) =>
  typeof value === "string" && is.isVisibleAscii(value)
    ? undefined
    : `a string without spaces and line breaks ${is.notShown}`;

const settingChecks = {
  startupTimeoutMs: is.milliseconds,
  toolTimeoutMs: is.milliseconds,
  enabledTools: is.texts,
  disabledTools: is.texts,
  approvalMode: is.oneOf("auto", "prompt", "approve"),
  required: is.flag,
} satisfies Record<keyof McpServerSettings, Check>;

const stdioChecks = {
  command: is.text,
  args: (value) => (is.isListOf(value, isArgument) ? undefined : "an array of strings without NUL characters"),
  env: is.environment,
  cwd: is.text,
  ...settingChecks,
} satisfies Record<keyof (StdioMcpServer & McpServerSettings), Check>;

const httpChecks = {
  url: is.httpUrl,
  bearerToken: token,
  headers,
  ...settingChecks,
} satisfies Record<keyof (HttpMcpServer & McpServerSettings), Check>;

/** @throws InvalidInputError that names the server and the invalid value. */
export function checkMcpServers(servers: unknown): void {
  if (servers === undefined) return;
  if (typeof servers !== "object" || servers === null || Array.isArray(servers)) {
    throw new InvalidInputError(`ThreadOptions.mcpServers must be an object, not ${is.describe(servers)}.`);
  }
  for (const [name, server] of Object.entries(servers)) checkServer(name, server);
}

function checkServer(name: string, server: unknown): void {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    throw new InvalidInputError(
      `${JSON.stringify(name)} is not a valid name for an MCP server. Use letters, digits, "_" and "-".`,
    );
  }
  const what = `ThreadOptions.mcpServers.${name}`;
  const kind = typeof server === "object" && server !== null ? server : {};
  const isStdio = "command" in kind && kind.command !== undefined;
  const isHttp = "url" in kind && kind.url !== undefined;
  if (isStdio === isHttp && Object.keys(kind).length > 0) {
    const found = isStdio ? "both" : "neither";
    throw new InvalidInputError(`${what} must have either "command" or "url", and has ${found}.`);
  }
  is.checkOptions(server, (isStdio ? stdioChecks : httpChecks) satisfies Checks, what);
  if (Object.keys(kind).length === 0) {
    throw new InvalidInputError(`${what} must have either "command" or "url", and has neither.`);
  }
  if ("bearerToken" in kind && "headers" in kind && hasAuthorization(kind.headers)) {
    throw new InvalidInputError(`${what} has both "bearerToken" and an "Authorization" header. Remove one of them.`);
  }
}

/** Codex's configuration for the servers. It may contain secrets, so it must not be passed in argv. */
export function toMcpConfig(servers: Readonly<Record<string, McpServer>>): ConfigTree {
  // A server may be named `__proto__`.
  const tables = Object.create(null) as Record<string, object>;
  let longestStartMs = 0;
  for (const [name, server] of Object.entries(servers)) {
    tables[name] = toServerConfig(server);
    longestStartMs = Math.max(longestStartMs, server.startupTimeoutMs ?? codexStartupTimeoutMs);
  }
  if (longestStartMs === 0) return literalTree({});
  // By default Codex waits one second before it sends the first request without the tools of slow servers.
  return literalTree({ mcp_servers: tables, mcp_optional_startup_grace_ms: Math.ceil(longestStartMs) + reportMs });
}

const codexStartupTimeoutMs = 10_000;
/** Also reports a server that does not start in time before the first request. */
const reportMs = 500;

function toServerConfig(server: McpServer): object {
  return {
    ...("url" in server ? toHttpConfig(server) : toStdioConfig(server)),
    startup_timeout_sec: toSeconds(server.startupTimeoutMs),
    tool_timeout_sec: toSeconds(server.toolTimeoutMs),
    enabled_tools: copy(server.enabledTools),
    disabled_tools: copy(server.disabledTools),
    default_tools_approval_mode: server.approvalMode,
    required: server.required,
  };
}

function toStdioConfig({ command, args, env, cwd }: StdioMcpServer) {
  return {
    command,
    args: copy(args),
    env: env && { ...env },
    cwd: cwd === undefined ? undefined : absolutePath(cwd),
  };
}

function toHttpConfig({ url, bearerToken, headers }: HttpMcpServer) {
  const all = { ...headers, ...(bearerToken !== undefined && { Authorization: `Bearer ${bearerToken}` }) };
  return { url, http_headers: Object.keys(all).length > 0 ? all : undefined };
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}

function copy(list: readonly string[] | undefined): string[] | undefined {
  return list && [...list];
}

function isArgument(value: unknown): boolean {
  return typeof value === "string" && !value.includes("\0");
}

function isHeader([name, value]: [string, string]): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !/[\0\r\n]/.test(value);
}

function hasAuthorization(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && Object.keys(value).some((name) => /^authorization$/i.test(name))
  );
}
