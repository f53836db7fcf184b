// Secrets at the less usual places of the configuration, and in rejected values: over both transports they reach their
// recipients, and are in no argv, error, trace or inspection.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import type { CodexOptions, Input, ThreadOptions } from "../../../src/index.js";
import { fail, runCommand } from "../../../src/testing/index.js";
import { startHost } from "../../support/host-program.js";
import { allProcesses } from "../../support/model-processes.js";
import { usualCodexOn, repository, scriptedModel } from "../../support/workspace.js";

const transports = ["app-server", "exec"] as const;

function makeSecrets(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `${name}-${randomBytes(12).toString("hex")}`]));
}

/** The names of the secrets that are in the text, literally or in basic credentials. */
function found(secrets: Record<string, string>, text: string): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => [secret, basic(secret)].some((form) => text.includes(form)))
    .map(([name]) => name);
}

const basic = (password: string) => Buffer.from(`user:${password}`).toString("base64");

/** Receives the exports of Codex, and keeps their headers. */
async function collector() {
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    seen.push([request.url, request.headers["x-otel"], request.headers.authorization]);
    request.resume().once("end", () => response.end("{}"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { seen, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test.each(transports)("secrets of exporters, commands, the URL and a login stay hidden, over %s", async (transport) => {
  const secrets = makeSecrets("otel", "exporter", "policy", "password", "login", "query");
  let seenInArguments: string[] = [];
  let environment = "";
  const { seen, host: otel } = await collector();
  const model = await scriptedModel([
    () => {
      const commandLines = allProcesses().filter(({ pid }) => pid !== process.pid);
      seenInArguments = commandLines.flatMap(({ commandLine }) => found(secrets, commandLine));
      return runCommand("env", { login: true });
    },
    async ({ newOutputs }) => {
      environment = newOutputs[0]!.text;
      // Codex exports about once a second, and \`codex exec\` exits without a final export.
      await vi.waitUntil(() => seen.length > 0, { timeout: 20_000 });
      return fail(401, { message: `Incorrect API key provided: ${Object.values(secrets).join(" ")}` });
    },
  ]);
  const { apiKey: _, config, baseUrl, ...rest } = model.codexOptions();
  // `codex exec` has no login of its own, and accepts query parameters only in its arguments.
  const isServer = transport === "app-server";
  const withPassword = baseUrl.replace("http://", isServer ? "http://" : `http://user:${secrets["password"]}@`);
  const provider = {
    request_max_retries: 0,
    stream_max_retries: 0,
    ...(isServer && { query_params: { sig: secrets["query"]! } }),
  };
  const options: CodexOptions = {
    ...rest,
    transport,
    baseUrl: withPassword,
    config: {
      ...config,
      model_providers: { "codex-sdk": provider },
      otel: {
        exporter: {
          "otlp-http": {
            endpoint: `http://user:${secrets["exporter"]}@${otel}/logs`,
            protocol: "json",
            headers: { "x-otel": secrets["otel"]! },
          },
        },
      },
    },
    configOverrides: [`shell_environment_policy.set.POLICY="${secrets["policy"]}"`],
  };
  const threadOptions = model.threadOptions({ workingDirectory: repository() });
  const program = await startHost(
    `
      import { inspect } from "node:util";
      const codex = new Codex(${JSON.stringify(options)});
      ${isServer ? `await codex.login({ type: "api_key", apiKey: ${JSON.stringify(secrets["login"])} });` : ""}
      const thread = codex.startThread(${JSON.stringify(threadOptions)});
      const error = await thread.run("hi").catch((reason) => reason);
      const { turn, ...shown } = error;
      console.log("CODE", error.code, JSON.stringify(shown), inspect(shown, { depth: 10, showHidden: true }));
      console.log(error.message, error.stack, inspect(error.cause, { depth: 10 }));
      console.log(inspect([codex, thread], { depth: 20, showHidden: true }), JSON.stringify([codex, thread]));
      await codex.close();
    `,
    { env: { NODE_DEBUG: "codex-sdk", HOME: model.codexHome } },
  );
  const { output } = await program.ended;
  expect(output).toContain("CODE unauthorized");

  // Each secret reached its recipient.
  expect(seen[0]).toEqual(["/logs", secrets["otel"], `Basic ${basic(secrets["exporter"]!)}`]);
  expect(environment).toContain(`POLICY=${secrets["policy"]}`);
  expect(found(secrets, environment)).toEqual(["policy"]);
  const [request] = model.requests;
  expect(request!.headers["authorization"]).toBe(
    isServer ? `Bearer ${secrets["login"]}` : `Basic ${basic(secrets["password"]!)}`,
  );
  if (isServer) expect(request!.url).toContain(`sig=${secrets["query"]}`);

  // No other process has them. The model's own message also names secrets that this Codex did not receive.
  expect(seenInArguments).toEqual([]);
  const given = isServer
    ? { ...secrets, password: "not given" }
    : { ...secrets, login: "not given", query: "not given" };
  const shown = output
    .split("\n")
    // The output of the command is part of the turn.
    .filter((line) => !line.includes("CODEX_THREAD_ID="))
    .join("\n");
  expect(found(given, shown)).toEqual([]);
});

test("a query parameter that Codex accepts only in its arguments is rejected over exec, without its value", async () => {
  const secrets = makeSecrets("query");
  const model = await scriptedModel([]);
  for (const options of [
    { config: { model_providers: { "codex-sdk": { query_params: { sig: secrets["query"]! } } } } },
    { baseUrl: `${model.baseUrl}?sig=${secrets["query"]}` },
  ]) {
    const codex = usualCodexOn(model, { ...model.codexOptions(), transport: "exec", ...options });
    const error: unknown = await codex
      .startThread(model.threadOptions())
      .run("hi")
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "unsupported", message: expect.stringContaining("query_params.sig") });
    expect(found(secrets, inspect(error, { depth: 10, showHidden: true }))).toEqual([]);
  }
  expect(model.requests).toEqual([]);
});

/** Options that are rejected, each with a secret in it. */
const refused: [name: string, options: (secret: string) => CodexOptions & { thread?: ThreadOptions; input?: Input }][] =
  [
    ["an image URL", (secret) => ({ input: [{ type: "image", url: `https://user:${secret}@a.example/b.png` }] })],
    ["an invalid data URL", (secret) => ({ input: [{ type: "image", url: `data:text/plain,${secret}` }] })],
    ["a base URL", (secret) => ({ baseUrl: `ftp://user:${secret}@a.example` })],
    ["NUL in the key", (secret) => ({ apiKey: `${secret}\0` })],
    ["NUL in a setting", (secret) => ({ config: { "mcp_servers.a.env": { TOKEN: `${secret}\0` } } })],
    ["NUL in an override", (secret) => ({ configOverrides: [`mcp_servers.a.env.TOKEN="${secret}\0"`] })],
    [
      "NUL in an escape of an override",
      (secret) => ({ configOverrides: [`otel.exporter.a.headers.b="${secret}\\u0000"`] }),
    ],
    [
      "an override that is not TOML",
      (secret) => ({ configOverrides: [`model_providers.a={http_headers={b="${secret}"`] }),
    ],
    [
      "an override with a date",
      (secret) => ({ configOverrides: [`mcp_servers.a={env={b="${secret}"},c=1979-05-27}`] }),
    ],
    ["NUL in a variable", (secret) => ({ env: { TOKEN: `${secret}\0` } })],
    ["NUL in the base URL", (secret) => ({ baseUrl: `http://user:${secret}\0@127.0.0.1:9` })],
    [
      "NUL in a server's variable",
      (secret) => ({ thread: { mcpServers: { a: { command: "a", env: { b: `${secret}\0` } } } } }),
    ],
    [
      "NUL in a server's argument",
      (secret) => ({ thread: { mcpServers: { a: { command: "a", args: [`--token=${secret}\0`] } } } }),
    ],
    ["an override without =", (secret) => ({ configOverrides: [secret] })],
  ];

test.each(refused.flatMap(([name, make]) => transports.map((transport) => [name, transport, make] as const)))(
  "%s is rejected without the secret over %s",
  async (_, transport, makeOptions) => {
    const secrets = makeSecrets("secret");
    const model = await scriptedModel([]);
    const { thread = {}, input = "hi", ...options } = makeOptions(secrets["secret"]!);
    const run = async () => {
      const codex = usualCodexOn(model, { ...model.codexOptions(), transport, ...options });
      return codex.startThread({ ...model.threadOptions(), ...thread }).run(input);
    };
    const error: unknown = await run().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "invalid_input" });
    expect(found(secrets, inspect(error, { depth: 10, showHidden: true }))).toEqual([]);
    expect(model.requests).toEqual([]);
  },
);
