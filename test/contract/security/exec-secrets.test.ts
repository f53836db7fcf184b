// Over exec, Codex's environment has the key and the secrets of the configuration. They reach no other process.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CodexError } from "../../../src/index.js";
import type { CodexOptions, ThreadOptions } from "../../../src/index.js";
import { callMcpTool, fail, runCommand, say } from "../../../src/testing/index.js";
import type { ScriptedModel, Step } from "../../../src/testing/index.js";
import { startHttpServer } from "../../fixtures/mcp/http-server.mjs";
import { processesOf } from "../../support/model-processes.js";
import { usualCodexOn, repository, scriptedModel, temporaryDirectory } from "../../support/workspace.js";
import { mcpServerFile } from "../../support/host-program.js";

const stdioServer = await mcpServerFile("stdio-server");
const secret = "sk-fake-f00dfeed-0123456789";
/** Searches for the secret without matching itself. */
const pattern = "sk-fake-f00dfee[d]";

interface Home {
  home: string;
  env: Record<string, string>;
}

/** A home whose login shell records its environment. */
function spyingHome(): Home {
  const home = temporaryDirectory();
  writeFileSync(path.join(home, ".bash_profile"), `env >> ${home}/login-shells\n`);
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { home, env: { ...Object.fromEntries(own), HOME: home } };
}

async function run(model: ScriptedModel, codex: CodexOptions, thread: ThreadOptions = {}) {
  const options: ThreadOptions = { sandboxMode: "danger-full-access", workingDirectory: repository(), ...thread };
  return usualCodexOn(model, { transport: "exec", ...codex })
    .startThread({ ...model.threadOptions(), ...options })
    .run("go");
}

/** The command searches for the secret in its own environment, in all arguments, and in CODEX_HOME. */
const search = [
  `env | grep -c '${pattern}'`,
  `tr '\\0' '\\n' < /proc/$$/environ | grep -c '${pattern}'`,
  `cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -c '${pattern}'`,
  `grep -rl '${pattern}' "$CODEX_HOME" | wc -l`,
].join("; ");

test("the key reaches the endpoint, but not the agent's commands, shells, arguments or files", async () => {
  let holders: string[] = [];
  const model = await scriptedModel([
    runCommand(search, { login: true }),
    ({ newOutputs }) => {
      holders = processesOf(model)
        .filter(({ environment }) => environment.some((entry) => entry.includes(secret)))
        .map(({ commandLine }) => commandLine);
      return say(newOutputs[0]!.text);
    },
  ]);
  const { home, env } = spyingHome();
  const turn = await run(model, { apiKey: secret, env });

  expect(model.requests[0]!.headers["authorization"]).toBe(`Bearer ${secret}`);
  expect(turn.items[0]).toMatchObject({ type: "command_execution", aggregated_output: "0\n0\n0\n0\n" });
  // Once the agent works, only Codex and the host that passed the secret have it.
  expect(holders).toHaveLength(1);
  expect(holders[0]).toContain("exec --experimental-json");
  expect(readFileSync(path.join(home, "login-shells"), "utf8")).toContain("CODEX_THREAD_ID=");
  expect(readFileSync(path.join(home, "login-shells"), "utf8")).not.toContain(secret);
  expect(filesWith(secret, model.codexHome)).toEqual([]);
});

test("the user's own policy for the environment of commands remains in force", async () => {
  const model = await scriptedModel([runCommand("env", { login: false }), say("done")]);
  writeFileSync(path.join(model.codexHome, "config.toml"), '[shell_environment_policy]\nexclude = ["FROM_FILE*"]\n');
  const { env } = spyingHome();
  const turn = await run(
    model,
    {
      env: { ...env, FROM_FILE_1: "not this", LEFT: "but this" },
      apiKey: secret,
      config: { ...model.codexOptions().config, shell_environment_policy: { set: { ADDED: "and this" } } },
    },
    { config: { "shell_environment_policy.set.MORE": "this too" } },
  );
  const [command] = turn.items;
  const output = command?.type === "command_execution" ? command.aggregated_output : "";
  expect(output).toContain("LEFT=but this");
  expect(output).toContain("ADDED=and this");
  expect(output).toContain("MORE=this too");
  expect(output).not.toContain("FROM_FILE");
  expect(output).not.toContain(secret);
});

test("values passed to MCP servers reach only these servers", async () => {
  const http = await startHttpServer({ token: secret });
  onTestFinished(() => http.close());
  const given = { name: "TOKEN" };
  const steps: Step[] = [
    [
      callMcpTool("local", "environment", given),
      callMcpTool("shared", "environment", given),
      callMcpTool("local", "environment", { name: "CODEX_API_KEY" }),
      callMcpTool("remote", "header", { name: "x-tenant" }),
    ],
    runCommand(search, { login: false }),
    say("done"),
  ];
  const model = await scriptedModel(steps);
  const { env } = spyingHome();
  const server = { command: process.execPath, args: [stdioServer] };
  const turn = await run(
    model,
    // The same name with another value, from the runtime's own configuration.
    {
      env: { ...env, TOKEN: "the host's own" },
      config: {
        ...model.codexOptions().config,
        mcp_servers: { shared: { ...server, env: { TOKEN: `${secret}-shared` } } },
      },
    },
    {
      mcpServers: {
        local: { ...server, env: { TOKEN: `${secret}-local`, PATH: "/nowhere" } },
        remote: { url: http.url, bearerToken: secret, headers: { "X-Tenant": `${secret}-tenant` } },
      },
    },
  );
  const results = turn.items.flatMap((item) =>
    item.type === "mcp_tool_call" ? (item.result?.content[0]?.["text"] ?? item.error) : [],
  );
  // Concurrent calls end in any order.
  expect(results.map(String).toSorted()).toEqual([
    "(not set)",
    `${secret}-local`,
    `${secret}-shared`,
    `${secret}-tenant`,
  ]);
  const command = turn.items.find((item) => item.type === "command_execution");
  // The results of the servers are in the conversation, and therefore in the thread's file and its index.
  expect(command).toMatchObject({ aggregated_output: expect.stringMatching(/^0\n0\n0\n/) });
});

test("tokens and headers of a custom provider", async () => {
  const model = await scriptedModel([runCommand(search, { login: false }), say("done")]);
  const { config, baseUrl: _baseUrl, ...rest } = model.codexOptions();
  const provider = {
    name: "Mine",
    base_url: model.baseUrl,
    wire_api: "responses",
    experimental_bearer_token: secret,
    http_headers: { "X-Tenant": `${secret}-tenant` },
    request_max_retries: 0,
  };
  const turn = await run(model, {
    ...rest,
    baseUrl: undefined,
    websockets: undefined,
    env: spyingHome().env,
    config: {
      analytics: config["analytics"]!,
      features: config["features"]!,
      model_provider: "mine",
      "model_providers.mine": provider,
    },
  });
  expect(model.requests[0]!.headers).toMatchObject({
    authorization: `Bearer ${secret}`,
    "x-tenant": `${secret}-tenant`,
  });
  expect(turn.items[0]).toMatchObject({ aggregated_output: "0\n0\n0\n0\n" });
});

test("errors do not show secrets, but mark where a secret was removed", async () => {
  const model = await scriptedModel([fail(401, { message: `Incorrect API key: ${secret}` })]);
  const error = await run(model, { apiKey: secret }).catch((reason: unknown) => reason);
  if (!CodexError.isInstance(error)) throw error;
  expect(error.message).toContain("Incorrect API key: [redacted]");
  expect(JSON.stringify(error)).not.toContain(secret);
});

test("a turn leaves no file behind, however it ends", async () => {
  const model = await scriptedModel(({ lastUserText }) =>
    lastUserText === "hang" ? runCommand("sleep 321") : say("{}"),
  );
  const temporary = temporaryDirectory();
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = temporary;
  onTestFinished(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  });
  const files = () => readdirSync(temporary).filter((name) => name.startsWith("codex-sdk-turn-"));
  const codex = usualCodexOn(model, { transport: "exec", shutdownGraceMs: 300 });
  const outputSchema = { type: "object", properties: {}, additionalProperties: false } as const;

  await codex.startThread(model.threadOptions()).run("go", { outputSchema });
  expect(files()).toEqual([]);
  const streamed = await codex.startThread(model.threadOptions()).runStreamed("hang", { outputSchema });
  for await (const event of streamed) {
    if (event.type !== "turn.started") continue;
    expect(files()).toHaveLength(1);
    break;
  }
  expect(files()).toEqual([]);
});

function filesWith(text: string, directory: string): string[] {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .filter((file) => readFileSync(file).includes(text));
}
