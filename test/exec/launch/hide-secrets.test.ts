// Secrets of the configuration move to the environment; settings without secrets are unchanged.
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import type { CodexConfigObject } from "../../../src/index.js";
import { toConfigTree } from "../../../src/config/config-tree.js";
import { hideSecrets } from "../../../src/exec/launch/hide-secrets.js";
import { SecretEnvironment } from "../../../src/exec/launch/secret-environment.js";

function hide(config: CodexConfigObject, environment: Record<string, string> = {}) {
  const secrets = new SecretEnvironment(environment);
  return { config: hideSecrets(toConfigTree(config), secrets), variables: secrets.variables };
}

test("a configuration without secrets is unchanged, in the same order", () => {
  const config = {
    b: 1,
    mcp_servers: { x: { command: "x", args: ["--flag"] }, "y.z": { url: "https://x.example" } },
    "model_providers.mine.name": "Mine",
    a: { c: true },
  };
  expect(JSON.stringify(hide(config).config)).toBe(JSON.stringify(toConfigTree(config)));
});

test("headers and tokens are replaced by names of variables", () => {
  const { config, variables } = hide({
    first: 1,
    mcp_servers: {
      x: { url: "https://x.example", http_headers: { A: "secret one" }, env_http_headers: { B: "MINE" } },
    },
    model_providers: { p: { name: "P", experimental_bearer_token: "secret two" } },
    last: 2,
  });
  expect(config).toEqual({
    first: 1,
    mcp_servers: { x: { url: "https://x.example", env_http_headers: { A: "CODEX_SDK_SECRET_1", B: "MINE" } } },
    model_providers: { p: { name: "P", env_key: "CODEX_SDK_SECRET_2" } },
    last: 2,
  });
  expect(Object.keys(config)).toEqual(["first", "mcp_servers", "model_providers", "last"]);
  expect(variables).toEqual({ CODEX_SDK_SECRET_1: "secret one", CODEX_SDK_SECRET_2: "secret two" });
});

test("dotted keys are resolved, and settings next to them are kept", () => {
  const { config, variables } = hide({
    "mcp_servers.x.command": "server",
    model: "m",
    "mcp_servers.x.env.TOKEN": "secret one",
    mcp_servers: { y: { url: "https://y.example" } },
    "model_providers.p.http_headers": { A: "secret two" },
  });
  expect(JSON.stringify(config)).not.toContain("secret one");
  expect(JSON.stringify(config)).not.toContain("secret two");
  expect(config).toMatchObject({
    model: "m",
    mcp_servers: { x: { command: "/bin/sh", env_vars: ["CODEX_SDK_SECRET_1"] }, y: { url: "https://y.example" } },
    model_providers: { p: { env_http_headers: { A: "CODEX_SDK_SECRET_2" } } },
  });
  expect(variables).toEqual({ CODEX_SDK_SECRET_1: "secret one", CODEX_SDK_SECRET_2: "secret two" });
});

test("a server starts with its own names, values and arguments, without a trace of the wrapper", () => {
  const env = { TOKEN: 'it\'s "$HOME" `x`\n*', EMPTY: "", PATH: process.env["PATH"] ?? "" };
  const print = "process.stdout.write(JSON.stringify([process.env, process.argv.slice(1)]))";
  const { config, variables } = hide({
    mcp_servers: { x: { command: "node", args: ["-e", print, "an argument", "$1"], env } },
  });
  const { command, args } = (config["mcp_servers"] as { x: { command: string; args: string[] } }).x;
  const [environment, argv] = JSON.parse(execFileSync(command, args, { env: variables, encoding: "utf8" }));
  expect(environment).toMatchObject(env);
  expect(Object.keys(environment).filter((name) => name.startsWith("CODEX_SDK"))).toEqual([]);
  expect(argv).toEqual(["an argument", "$1"]);
});

test("where no shell can rename, a variable keeps its name, unless Codex needs that name for something else", () => {
  const server = { mcp_servers: { x: { env: { '"odd.name"': "secret" } } } };
  expect(hide(server)).toEqual({
    config: { mcp_servers: { x: { env_vars: ["odd.name"] } } },
    variables: { "odd.name": "secret" },
  });
  expect(hide(server, { "odd.name": "secret" }).variables).toEqual({});
  expect(() => hide(server, { "odd.name": "another" })).toThrow(/`env.odd.name` cannot be kept out of argv/);
});
