// Which endpoint a turn over exec uses, and how: Codex binds each thread to the provider that created it.
import { Codex as ReferenceCodex } from "@openai/codex-sdk";
import { expect, test } from "vitest";
import { Codex } from "../../../src/index.js";
import type { CodexOptions } from "../../../src/index.js";
import { say } from "../../../src/testing/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { locateCodex } from "../../../src/process/locate/locate.js";
import { codexOn, scriptedModel } from "../../support/workspace.js";

const apiKey = "sk-fake-provider-test";

/** The model's options without the provider of these settings. */
function plain(model: ScriptedModel): CodexOptions {
  const { baseUrl, codexHome } = model.codexOptions();
  return { baseUrl, codexHome, apiKey, config: { analytics: { enabled: false }, features: { plugins: false } } };
}

function kinds(model: ScriptedModel): string[] {
  return model.requests.map(({ kind }) => kind);
}

test("WebSocket is not tried against a baseUrl, unless it is enabled", async () => {
  const model = await scriptedModel(() => say("ok"));
  for (const websockets of [undefined, false, true]) {
    const codex = codexOn(model, { transport: "exec", ...plain(model), websockets });
    await codex.startThread(model.threadOptions()).run("hello");
  }
  expect(kinds(model)).toEqual(["http", "http", "websocket"]);
});

test("a thread of the reference SDK continues with its own provider", async () => {
  const model = await scriptedModel(({ lastUserText }) => say(`re: ${lastUserText}`));
  const { baseUrl, codexHome } = plain(model);
  const reference = new ReferenceCodex({
    baseUrl: baseUrl!,
    apiKey,
    config: { analytics: { enabled: false }, features: { plugins: false } },
    codexPathOverride: locateCodex().executablePath,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", CODEX_HOME: codexHome! },
  });
  const theirs = reference.startThread(model.threadOptions());
  await theirs.run("theirs");
  const ours = codexOn(model, { transport: "exec", ...plain(model) });
  const turn = await ours.resumeThread(theirs.id!, model.threadOptions()).run("ours");
  expect(turn.finalResponse).toBe("re: ours");
  expect(turn.usage?.input_tokens).toBe(10);
  expect(JSON.stringify(model.requests.at(-1)!.input)).toContain("re: theirs");
});

test("a thread that was created without WebSockets continues where they are allowed", async () => {
  const model = await scriptedModel(({ lastUserText }) => say(`re: ${lastUserText}`));
  const first = codexOn(model, { transport: "exec", ...plain(model) }).startThread(model.threadOptions());
  await first.run("one");
  const second = codexOn(model, { transport: "exec", ...plain(model), websockets: true });
  expect((await second.resumeThread(first.id!, model.threadOptions()).run("two")).finalResponse).toBe("re: two");
  expect(kinds(model)).toEqual(["http", "websocket"]);
});

test("settings for this SDK's provider do not require a baseUrl, and a custom provider keeps its settings", async () => {
  const model = await scriptedModel(() => say("ok"));
  const { codexHome, config } = plain(model);
  const own = { name: "Mine", base_url: model.baseUrl, wire_api: "responses", supports_websockets: false };
  const codex = new Codex({
    transport: "exec",
    codexHome,
    baseUrl: "http://127.0.0.1:9/not-this",
    config: { ...config, model_provider: "mine", model_providers: { mine: own } },
  });
  await codex.startThread(model.threadOptions()).run("hello");
  expect(kinds(model)).toEqual(["http"]);
  const named = { "codex-sdk": { request_max_retries: 0 }, mine: own };
  const byThread = new Codex({ transport: "exec", codexHome, config: { ...config, model_providers: named } });
  await byThread.startThread({ ...model.threadOptions(), modelProvider: "mine" }).run("hello");
  expect(kinds(model)).toEqual(["http", "http"]);
});

test("a required MCP server that does not start has its own error", async () => {
  const model = await scriptedModel([]);
  const thread = codexOn(model, { transport: "exec" }).startThread({
    ...model.threadOptions(),
    mcpServers: { notes: { command: "/nowhere/server", required: true } },
  });
  await expect(thread.run("hello")).rejects.toMatchObject({
    code: "mcp_server",
    message: expect.stringMatching(/^A required MCP server did not start: notes: No such file/),
  });
});
