// Over app-server, the key, tokens and the environments of MCP servers reach only their recipients: not argv, not the
// agent's shell, the disk, errors or the trace. The agent searches for them itself.
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { fail, runCommand, say } from "../../../src/testing/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { startHttpServer } from "../../fixtures/mcp/http-server.mjs";
import { mcpServerFile, startHost } from "../../support/host-program.js";
import { allProcesses, processesOf } from "../../support/model-processes.js";
import { usualCodexOn, repository, scriptedModel } from "../../support/workspace.js";

const stdioServer = await mcpServerFile("stdio-server");

/** New secrets for each test, so that no other process has them. */
function makeSecrets() {
  const make = (kind: string) => `${kind}-${randomBytes(12).toString("hex")}`;
  return {
    apiKey: make("sk-fake"),
    serverEnv: make("server"),
    configEnv: make("config"),
    bearer: make("bearer"),
    header: make("header"),
    providerHeader: make("provider"),
  };
}

type Secrets = ReturnType<typeof makeSecrets>;

function codexOptions(model: ScriptedModel, secrets: Secrets) {
  const { config } = model.codexOptions();
  return {
    ...model.codexOptions(),
    apiKey: secrets.apiKey,
    config: {
      ...config,
      mcp_servers: {
        configured: { command: process.execPath, args: [stdioServer], env: { TOKEN: secrets.configEnv } },
      },
      model_providers: {
        "codex-sdk": {
          http_headers: { "x-secret": secrets.providerHeader },
          request_max_retries: 0,
          stream_max_retries: 0,
        },
      },
    },
  };
}

function mcpServers(url: string, secrets: Secrets) {
  return {
    started: { command: process.execPath, args: [stdioServer], env: { TOKEN: secrets.serverEnv } },
    web: { url, bearerToken: secrets.bearer, headers: { "x-secret": secrets.header } },
  };
}

/** The names of the secrets that are in the text. */
function found(secrets: Secrets, text: string): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => text.includes(secret))
    .map(([name]) => name);
}

async function httpServer(token: string) {
  const server = await startHttpServer({ token });
  onTestFinished(() => server.close());
  return server;
}

const everything = "env; cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'";

test.each(["danger-full-access", "workspace-write"] as const)(
  "an agent that searches for secrets, with %s",
  async (sandboxMode) => {
    const secrets = makeSecrets();
    const server = await httpServer(secrets.bearer);
    let seenByThem: { who: string; has: string[] }[] = [];
    const model = await scriptedModel([
      runCommand("sleep 0.3; env; tr '\\0' '\\n' < /proc/$PPID/cmdline", { login: false }),
      () => {
        seenByThem = allProcesses().flatMap(({ pid, commandLine, environment }) => {
          const has = [...new Set([...found(secrets, commandLine), ...found(secrets, environment.join("\n"))])];
          return has.length > 0 && pid !== process.pid ? [{ who: commandLine, has }] : [];
        });
        return runCommand(everything, { login: true });
      },
      say("done"),
    ]);
    const codex = usualCodexOn(model, codexOptions(model, secrets));
    const thread = codex.startThread({
      ...model.threadOptions(),
      sandboxMode,
      workingDirectory: repository(),
      mcpServers: mcpServers(server.url, secrets),
    });
    const turn = await thread.run("Find the secrets.");
    const outputs = turn.items.flatMap((item) => (item.type === "command_execution" ? [item.aggregated_output] : []));
    expect(turn.items.map(({ type }) => type)).toEqual(["command_execution", "command_execution", "agent_message"]);
    expect(outputs[0]).toContain("CODEX_THREAD_ID=");
    expect(outputs[1]!.length).toBeGreaterThan(100);

    // Each secret reached its recipient.
    expect(model.requests[0]!.headers).toMatchObject({
      authorization: `Bearer ${secrets.apiKey}`,
      "x-secret": secrets.providerHeader,
    });
    expect(server.seen.at(-1)).toMatchObject({ authorization: `Bearer ${secrets.bearer}`, "x-secret": secrets.header });

    // Only the MCP servers have their own secrets.
    expect(seenByThem.map(({ has }) => has.join(" ")).toSorted()).toEqual(["configEnv", "serverEnv"]);
    for (const { who } of seenByThem) expect(who).toContain("stdio-server.mjs");
    const inSandbox = sandboxMode === "workspace-write";
    // Without a sandbox the agent can read the environment of the same user's processes, and finds those two there.
    expect(outputs.flatMap((output) => found(secrets, output)).toSorted()).toEqual(
      inSandbox ? [] : ["configEnv", "serverEnv"],
    );
    for (const { commandLine } of processesOf(model)) expect(found(secrets, commandLine)).toEqual([]);

    await codex.close();
    const files = readdirSync(model.codexHome, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    expect(files.length).toBeGreaterThan(3);
    const withKey = files.filter((file) => {
      const content = readFileSync(path.join(file.parentPath, file.name), "latin1");
      // Text that an agent without a sandbox has read is in the record of its conversation.
      return found(secrets, content).some((name) => inSandbox || !["configEnv", "serverEnv"].includes(name));
    });
    expect(withKey.map(({ name }) => name)).toEqual([]);
  },
);

test("neither the trace nor an error shows a secret", async () => {
  const secrets = makeSecrets();
  const server = await httpServer(secrets.bearer);
  const told = Object.values(secrets).join(" ");
  const model = await scriptedModel([fail(401, { message: `Incorrect API key provided: ${told}` }), say("ok")]);
  const threadOptions = { ...model.threadOptions(), mcpServers: mcpServers(server.url, secrets) };
  const host = await startHost(
    `
      import { inspect } from "node:util";
      const codex = new Codex(${JSON.stringify(codexOptions(model, secrets))});
      const thread = codex.startThread(${JSON.stringify(threadOptions)});
      const streamed = await thread.runStreamed("hi");
      const read = async () => {
        for await (const event of streamed) console.log(JSON.stringify(event));
      };
      console.log("LOOP", await read().catch((reason) => reason.code));
      const error = await streamed.completed().catch((reason) => reason);
      console.log("CODE", error.code, JSON.stringify(error), inspect(error, { depth: 10, showHidden: true }), error.stack);
      console.log(inspect(codex, { depth: 10 }), inspect(thread, { depth: 10 }), JSON.stringify(codex), JSON.stringify(thread));
      console.log((await thread.run("again")).finalResponse);
      await codex.close();
    `,
    { env: { NODE_DEBUG: "codex-sdk" } },
  );
  const { output } = await host.ended;
  expect(output).toContain("CODE unauthorized");
  expect(output).toContain('"apiKey":"[redacted]"');
  expect(output).toContain('"method":"thread/start"');
  expect(found(secrets, output)).toEqual([]);
});

test("messages about wrong options do not show what may be a secret", async () => {
  const secrets = makeSecrets();
  const model = await scriptedModel([]);
  const codex = usualCodexOn(model, { apiKey: secrets.apiKey });
  const errors = [
    () => usualCodexOn(model, { apiKey: [secrets.apiKey] as unknown as string }),
    () =>
      codex.startThread({
        mcpServers: { a: { command: "x", env: { TOKEN: [secrets.serverEnv] as unknown as string } } },
      }),
    () => codex.startThread({ mcpServers: { a: { url: "http://127.0.0.1", bearerToken: `${secrets.bearer}\n` } } }),
    () => codex.startThread({ mcpServers: { a: { url: "http://127.0.0.1", headers: { a: `${secrets.header}\n` } } } }),
  ].map((make) => {
    try {
      make();
    } catch (error) {
      return inspect(error);
    }
    throw new Error("It was taken.");
  });
  for (const error of errors) expect(found(secrets, error)).toEqual([]);
});
