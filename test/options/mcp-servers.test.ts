// Valid MCP servers, and their settings for Codex.
import path from "node:path";
import { expect, test } from "vitest";
import { Codex, InvalidInputError } from "../../src/index.js";
import type { McpServer } from "../../src/index.js";
import { threadSecrets } from "../../src/process/redaction/secrets.js";
import { toMcpConfig } from "../../src/options/mcp-servers.js";

const codex = new Codex();

/** As a caller without types may write it. */
function start(mcpServers: unknown): unknown {
  return codex.startThread({ mcpServers: mcpServers as Record<string, McpServer> });
}

const stdio = { command: "node" };

test.each<[string, unknown, string]>([
  ["a list", [stdio], "ThreadOptions.mcpServers must be an object"],
  ["a name with a dot", { "a.b": stdio }, '"a.b" is not a valid name for an MCP server'],
  ["an empty name", { "": stdio }, '"" is not a valid name for an MCP server'],
  ["no server", { a: "node" }, "ThreadOptions.mcpServers.a must be an object"],
  ["null", { a: null }, "ThreadOptions.mcpServers.a must be an object"],
  ["an empty server", { a: {} }, 'ThreadOptions.mcpServers.a must have either "command" or "url", and has neither'],
  ["neither a command nor a URL", { a: { args: [] } }, 'must have either "command" or "url", and has neither'],
  [
    "both a command and a URL",
    { a: { command: "node", url: "http://127.0.0.1" } },
    'either "command" or "url", and has both',
  ],
  ["an unknown option", { a: { ...stdio, startup_timeout_ms: 1 } }, 'Did you mean "startupTimeoutMs"?'],
  ["an option of the other transport", { a: { ...stdio, bearerToken: "x" } }, 'a has no option "bearerToken"'],
  ["an empty command", { a: { command: "" } }, "ThreadOptions.mcpServers.a.command must be a string that is not empty"],
  ["args that are not strings", { a: { ...stdio, args: [1] } }, "a.args must be an array of strings"],
  ["an env that is not text", { a: { ...stdio, env: { A: 1 } } }, "a.env must be an object of strings"],
  ["a variable with =", { a: { ...stdio, env: { "A=": "1" } } }, "a.env must be an object of strings"],
  ["no URL", { a: { url: "localhost" } }, "a.url must be an http(s) URL"],
  ["a token with a line break", { a: { url: "http://127.0.0.1", bearerToken: "sk\nfake" } }, "a.bearerToken must be"],
  ["a header with a line break", { a: { url: "http://127.0.0.1", headers: { "X-A": "b\r\nc" } } }, "a.headers must be"],
  [
    "two authorizations",
    { a: { url: "http://127.0.0.1", bearerToken: "sk-fake", headers: { authorization: "x" } } },
    'has both "bearerToken" and an "Authorization" header',
  ],
  [
    "a timeout of zero",
    { a: { ...stdio, startupTimeoutMs: 0 } },
    "a.startupTimeoutMs must be a number of milliseconds above 0",
  ],
  [
    "tools that are not a list",
    { a: { ...stdio, enabledTools: "echo" } },
    "a.enabledTools must be an array of strings",
  ],
  ["an unknown mode", { a: { ...stdio, approvalMode: "never" } }, 'a.approvalMode must be one of "auto"'],
  ["an invalid flag", { a: { ...stdio, required: 1 } }, "a.required must be true or false"],
])("%s is rejected before anything is started", (_name, servers, message) => {
  expect(() => start(servers)).toThrow(InvalidInputError);
  expect(() => start(servers)).toThrow(message);
});

test("no rejection shows a secret", () => {
  const servers = {
    a: { url: "http://127.0.0.1", bearerToken: "sk-fake-secret\n", headers: { "X-Key": "sk-fake-key\n" } },
  };
  expect(() => start(servers)).toThrow(/^(?!.*sk-fake)/s);
});

test("servers are passed to Codex with the names of its own settings", () => {
  const servers = {
    files: {
      command: "node",
      args: ["server.mjs"],
      env: { TOKEN: "sk-fake-env" },
      cwd: "elsewhere",
      startupTimeoutMs: 1_500,
      toolTimeoutMs: 250,
      enabledTools: ["read"],
      disabledTools: ["write"],
      approvalMode: "prompt",
      required: true,
    },
    web: { url: "http://127.0.0.1/mcp", bearerToken: "sk-fake-token", headers: { "X-Team": "blue-team" } },
  } satisfies Record<string, McpServer>;
  expect(toMcpConfig(servers)).toEqual({
    mcp_servers: {
      files: {
        command: "node",
        args: ["server.mjs"],
        env: { TOKEN: "sk-fake-env" },
        cwd: path.resolve("elsewhere"),
        startup_timeout_sec: 1.5,
        tool_timeout_sec: 0.25,
        enabled_tools: ["read"],
        disabled_tools: ["write"],
        default_tools_approval_mode: "prompt",
        required: true,
      },
      web: {
        url: "http://127.0.0.1/mcp",
        http_headers: { "X-Team": "blue-team", Authorization: "Bearer sk-fake-token" },
      },
    },
    mcp_optional_startup_grace_ms: 10_500,
  });
  expect(threadSecrets({ mcpServers: servers })).toEqual([
    "sk-fake-env",
    "blue-team",
    "Bearer sk-fake-token",
    "sk-fake-token",
  ]);
});

test("an empty list of servers adds no configuration", () => {
  expect(toMcpConfig({})).toEqual({});
});
