// Gateways that implement only the public Responses API, and threads that another provider created, over both transports.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { Codex as ReferenceCodex } from "@openai/codex-sdk";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Codex } from "../../../src/index.js";
import type { CodexOptions } from "../../../src/index.js";
import { locateCodex } from "../../../src/process/locate/locate.js";
import { respond, say, ScriptedModel } from "../../../src/testing/index.js";
import { codexOn, repository, scriptedModel, temporaryDirectory } from "../../support/workspace.js";

const apiKey = "sk-fake-gateway-test-1234567890";
const transports = ["app-server", "exec"] as const;
const quiet = { analytics: { enabled: false }, features: { plugins: false, shell_snapshot: false } };

async function gateway(options: { strict?: boolean } = {}) {
  const script = () => say("ok");
  const model = await ScriptedModel.start({ script, ...options });
  onTestFinished(() => model.close());
  return model;
}

function open(options: CodexOptions): Codex {
  const codex = new Codex(options);
  onTestFinished(() => codex.close());
  return codex;
}

test.each(transports)("a strict gateway accepts turns, with the key and the usage, over %s", async (transport) => {
  const model = await gateway({ strict: true });
  const { baseUrl, codexHome } = model;
  const codex = open({ transport, baseUrl, codexHome, apiKey, config: quiet });
  const thread = codex.startThread(model.threadOptions());
  const turns = [await thread.run("one"), await thread.run("two")];
  expect(turns.map(({ usage }) => usage?.input_tokens)).toEqual([10, 10]);
  expect(model.requests.map(({ kind, headers }) => [kind, headers["authorization"]])).toEqual([
    ["http", `Bearer ${apiKey}`],
    ["http", `Bearer ${apiKey}`],
  ]);
});

test("a strict gateway accepts WebSockets, a compaction on request and an automatic one", async () => {
  let isFull = false;
  const model = await ScriptedModel.start({
    strict: true,
    script: () => respond([say("ok")], { usage: { input: isFull ? 300_000 : 10 } }),
  });
  onTestFinished(() => model.close());
  const { baseUrl, codexHome } = model;
  const config = { ...quiet, model_auto_compact_token_limit: 200_000 };
  const thread = open({ baseUrl, codexHome, apiKey, websockets: true, config }).startThread(model.threadOptions());
  await thread.run("one");
  await thread.compact();
  isFull = true;
  await thread.run("two");
  isFull = false;
  await thread.run("three");
  expect(new Set(model.requests.map(({ kind }) => kind))).toEqual(new Set(["websocket"]));
  expect(model.requests.map(({ purpose }) => purpose)).toEqual(["turn", "compaction", "turn", "compaction", "turn"]);
});

test("with openAiExtensions a gateway receives what OpenAI receives", async () => {
  const model = await gateway();
  const { baseUrl, codexHome } = model;
  const codex = open({ baseUrl, codexHome, apiKey, openAiExtensions: true, config: quiet });
  await codex.startThread(model.threadOptions()).run("one");
  expect(JSON.stringify(model.requests[0]!.body)).toContain("internal_chat_message_metadata_passthrough");
});

const executable = locateCodex().executablePath;

/** The result of `codex exec` with these arguments. */
async function codexExec(model: ScriptedModel, ...args: string[]): Promise<string> {
  const env = { ...process.env, CODEX_HOME: model.codexHome, CODEX_API_KEY: apiKey };
  const child = spawn(executable, ["exec", "--skip-git-repo-check", "--json", "-m", "gpt-5.5", ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  await new Promise((resolve) => child.once("close", resolve));
  return output;
}

/** A provider that the user defined. */
function mine(model: ScriptedModel) {
  return {
    name: "Mine",
    base_url: model.baseUrl,
    wire_api: "responses",
    requires_openai_auth: true,
    supports_websockets: false,
  };
}

type Creator = (model: ScriptedModel) => Promise<string>;

const creators: Record<string, Creator> = {
  "the reference SDK with a baseUrl": async (model) => {
    const env = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", CODEX_HOME: model.codexHome };
    const options = { baseUrl: model.baseUrl, apiKey, config: quiet, codexPathOverride: executable, env };
    const thread = new ReferenceCodex(options).startThread(model.threadOptions());
    await thread.run("created");
    return thread.id!;
  },
  "codex exec": async (model) => {
    const output = await codexExec(model, "-c", `openai_base_url="${model.baseUrl}"`, "created");
    return /"thread_id":"([^"]+)"/.exec(output)![1]!;
  },
  "this SDK with a baseUrl": (model) => create(model, { baseUrl: model.baseUrl, config: quiet }),
  "this SDK without a baseUrl": (model) => create(model, { config: { ...quiet, openai_base_url: model.baseUrl } }),
  "a provider that is no longer configured": (model) =>
    create(model, { config: { ...quiet, model_provider: "mine", model_providers: { mine: mine(model) } } }),
};

async function create(model: ScriptedModel, options: CodexOptions): Promise<string> {
  const codex = new Codex({ codexHome: model.codexHome, apiKey, ...options });
  const { threadId } = await codex.startThread(model.threadOptions()).run("created");
  // Only one process can have a thread open.
  await codex.close();
  return threadId;
}

const resumers: Record<string, (model: ScriptedModel) => CodexOptions> = {
  "a baseUrl": (model) => ({ baseUrl: model.baseUrl, config: quiet }),
  "a provider of its own": (model) => ({
    config: { ...quiet, model_provider: "other", model_providers: { other: { ...mine(model), name: "Other" } } },
  }),
  openai_base_url: (model) => ({ config: { ...quiet, openai_base_url: model.baseUrl } }),
};

describe("threads continue everywhere, whoever created them", () => {
  let model: ScriptedModel;
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    model = await ScriptedModel.start(() => say("ok"));
    for (const [creator, createThread] of Object.entries(creators)) ids[creator] = await createThread(model);
  });
  afterAll(() => model.close());

  const ways = transports.flatMap((transport) => Object.keys(resumers).map((resumer) => [resumer, transport] as const));
  test.each(ways)("with %s over %s", async (resumer, transport) => {
    const codex = open({ transport, codexHome: model.codexHome, apiKey, ...resumers[resumer]!(model) });
    for (const [creator, id] of Object.entries(ids)) {
      const prompt = `${resumer} over ${transport}`;
      await codex.resumeThread(id, model.threadOptions()).run(prompt);
      expect(model.requests.at(-1)!.userTexts, creator).toEqual(expect.arrayContaining(["created", prompt]));
    }
  });
});

test.each(transports)("config.toml determines the provider for a Codex without options, over %s", async (transport) => {
  const model = await gateway();
  const id = await creators["this SDK with a baseUrl"]!(model);
  const provider = Object.entries(mine(model)).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const toml = ['model_provider = "mine"', "[model_providers.mine]", ...provider, ""].join("\n");
  writeFileSync(path.join(model.codexHome, "config.toml"), toml);
  const codex = open({ transport, codexHome: model.codexHome, apiKey, config: quiet });
  await codex.resumeThread(id, model.threadOptions()).run("resumed");
  expect(model.requests.at(-1)!.userTexts).toEqual(["created", "resumed"]);
});

test("the terminal opens a thread of this SDK with the provider's definition, as docs/threads.md shows", async () => {
  const model = await gateway();
  const id = await creators["this SDK with a baseUrl"]!(model);
  const settings = [
    'model_provider="codex-sdk"',
    'model_providers.codex-sdk.name="Gateway"',
    `model_providers.codex-sdk.base_url="${model.baseUrl}"`,
    'model_providers.codex-sdk.wire_api="responses"',
    "model_providers.codex-sdk.requires_openai_auth=true",
  ];
  const output = await codexExec(model, ...settings.flatMap((each) => ["-c", each]), "resume", id, "resumed");
  expect(output).toContain('"turn.completed"');
  expect(model.requests.at(-1)!.userTexts).toEqual(["created", "resumed"]);
});

test.each(transports)(
  "credentials in a baseUrl reach the gateway, but not argv or errors, over %s",
  async (transport) => {
    const model = await gateway();
    const baseUrl = model.baseUrl.replace("//", "//user:pass-word-1234@");
    const codex = open({ transport, baseUrl, codexHome: model.codexHome, config: quiet });
    await codex.startThread(model.threadOptions()).run("one");
    expect(model.requests[0]!.headers["authorization"]).toBe(
      `Basic ${Buffer.from("user:pass-word-1234").toString("base64")}`,
    );
  },
);

test.each(transports)("without any credentials a turn is rejected immediately, over %s", async (transport) => {
  const env = { PATH: process.env["PATH"] ?? "", HOME: temporaryDirectory() };
  const codex = open({ transport, codexHome: temporaryDirectory(), env });
  const error = await codex
    .startThread({ workingDirectory: temporaryDirectory(), skipGitRepoCheck: true })
    .run("hi", { timeoutMs: 20_000 })
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "unauthorized", message: expect.stringContaining("npx @openai/codex login") });
});

test("without any credentials a resumed or forked thread is rejected immediately, unless its provider needs none", async () => {
  const model = await scriptedModel(() => say("ok"));
  const env = { PATH: process.env["PATH"] ?? "", HOME: temporaryDirectory() };
  const provider = `[model_providers.own]\nname = "own"\nbase_url = "${model.baseUrl}"\nwire_api = "responses"\n`;
  writeFileSync(path.join(model.codexHome, "config.toml"), provider);
  const options = model.threadOptions({ workingDirectory: repository() });
  const withKey = codexOn(model);
  const withProvider = open({ codexHome: model.codexHome, env, config: quiet });
  const [sdks, own] = [withKey.startThread(options), withProvider.startThread({ ...options, modelProvider: "own" })];
  for (const thread of [sdks, own]) await thread.run("hi");
  await Promise.all([withKey.close(), withProvider.close()]);
  for (const transport of transports) {
    const codex = open({ transport, codexHome: model.codexHome, env, config: quiet });
    const rejected = { code: "unauthorized", message: expect.stringContaining("npx @openai/codex login") };
    const thread = codex.resumeThread(sdks.id!, options);
    await expect(thread.run("hi", { timeoutMs: 20_000 })).rejects.toMatchObject(rejected);
    expect((await codex.resumeThread(own.id!, options).run("hi")).finalResponse).toBe("ok");
    if (transport === "app-server") await expect((await thread.fork()).run("hi")).rejects.toMatchObject(rejected);
    await codex.close();
  }
});

test.each(transports)(
  "CODEX_API_KEY is used as the key, over %s, without surrounding whitespace",
  async (transport) => {
    const model = await gateway();
    const env = { PATH: process.env["PATH"] ?? "", HOME: temporaryDirectory(), CODEX_API_KEY: ` ${apiKey}\n` };
    const codex = open({ transport, baseUrl: model.baseUrl, codexHome: model.codexHome, env, config: quiet });
    await codex.startThread(model.threadOptions()).run("hi");
    expect(model.requests[0]!.headers["authorization"]).toBe(`Bearer ${apiKey}`);
  },
);
