// Recording a real conversation of Codex, and replaying it without the endpoint.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { Codex } from "codex-sdk";
import type { Turn } from "codex-sdk";
import { fail, recordModel, respond, runCommand, say, ScriptedModel, toScript } from "codex-sdk/testing";
import type { Cassette, RecordedModel, RecordModelOptions, Script } from "codex-sdk/testing";
import { temporaryDirectory } from "../../support/workspace.js";

const folder = mkdtempSync(path.join(tmpdir(), "codex-sdk-cassettes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = "fake-upstream-key-123456";

/** What `runTurns` records: a program's turns against an upstream that plays a script. */
async function record(script: Script, program: (model: RecordedModel) => Promise<unknown>): Promise<string> {
  const cassette = path.join(mkdtempSync(path.join(folder, "recording-")), "cassette.json");
  const upstream = await ScriptedModel.start(script);
  const model = await recordModel({ cassette, mode: "record", upstream: { baseUrl: upstream.baseUrl, apiKey: key } });
  await program(model);
  await model.close();
  await upstream.close();
  return cassette;
}

async function replayOf(cassette: string, options: Partial<RecordModelOptions> = {}): Promise<RecordedModel> {
  const model = await recordModel({ cassette, mode: "replay", ...options });
  onTestFinished(() => model.close());
  return model;
}

/** Runs the prompts as the turns of one thread, in a new directory of this name. */
async function run(
  model: RecordedModel,
  prompts: string[],
  parent = mkdtempSync(path.join(folder, "parent-")),
): Promise<Turn[]> {
  const workingDirectory = path.join(parent, "workspace");
  mkdirSync(workingDirectory, { recursive: true });
  await using codex = new Codex(model.codexOptions({ config: { features: { shell_snapshot: false } } }));
  const thread = codex.startThread(model.threadOptions({ workingDirectory }));
  const turns: Turn[] = [];
  for (const prompt of prompts) turns.push(await thread.run(prompt));
  return turns;
}

function contents(cassette: string): Cassette {
  return JSON.parse(readFileSync(cassette, "utf8")) as Cassette;
}

/** A recording that several tests replay. */
let cassette = "";
let recorded: Turn[] = [];
beforeAll(async () => {
  const script = [
    [runCommand("pwd")],
    respond(say("in the workspace"), { usage: { input: 100, output: 7 } }),
    [say("second")],
  ];
  cassette = await record(script, async (model) => {
    recorded = await run(model, ["where?", "again"]);
  });
});

test("a recording is replayed in another directory and without the endpoint", async () => {
  const model = await replayOf(cassette);
  const replayed = await run(model, ["where?", "again"]);
  model.assertDone();
  expect(model.mode).toBe("replay");
  expect(replayed.map(({ finalResponse }) => finalResponse)).toEqual(["in the workspace", "second"]);
  expect(replayed.map(({ usage: each }) => each)).toEqual(recorded.map(({ usage: each }) => each));
});

test("a cassette has no secret, directory or ID of the machine, and has the additions of each request", async () => {
  const parent = temporaryDirectory();
  const secretInOutput = "sk-fake-0123456789abcdef";
  const script = [
    [runCommand(`cat ${parent}/workspace/key.txt`), say(`I read ${parent}/workspace/key.txt`, { pieces: 9 })],
    [say("done")],
  ];
  const cassette = await record(script, async (model) => {
    mkdirSync(path.join(parent, "workspace"));
    writeFileSync(path.join(parent, "workspace/key.txt"), `${secretInOutput} org-0123456789abcdef0123\n`);
    await run(model, ["read the key"], parent);
  });
  const text = readFileSync(cassette, "utf8");
  for (const hidden of [key, secretInOutput, parent, "sk-fake", "org-0123", "installation_id"]) {
    expect(text).not.toContain(hidden);
  }
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
  expect(text).toContain("cat {{cwd}}/key.txt");
  const [first, second] = contents(cassette).interactions;
  expect(first).toMatchObject({ conversation: "thread-1", request: { model: "gpt-5.5", continues: 0 } });
  expect(second?.request.continues).toBe(first?.request.input.length);
  expect(second?.request.tools.names).toContain("exec_command");
});

test("a path in the model's text becomes the replaying machine's path, also when chunks split it", async () => {
  const parent = temporaryDirectory();
  const script = [[say(`It is in ${parent}/workspace.`, { pieces: 12 })]];
  const cassette = await record(script, (model) => run(model, ["where?"], parent));
  const elsewhere = temporaryDirectory();
  const [turn] = await run(await replayOf(cassette), ["where?"], elsewhere);
  expect(turn?.finalResponse).toBe(`It is in ${elsewhere}/workspace.`);
});

test("parallel threads replay their own conversations, in any order of requests", async () => {
  const answer: Script = (request) => [say(`answer to ${request.lastUserText}`)];
  const prompts = ["alpha", "beta"];
  const parallel = await record(answer, (model) =>
    Promise.all(prompts.map((prompt) => run(model, [prompt, `${prompt} 2`]))),
  );
  const model = await replayOf(parallel);
  const turns = await Promise.all(prompts.toReversed().map((prompt) => run(model, [prompt, `${prompt} 2`])));
  model.assertDone();
  expect(turns.flat().map(({ finalResponse }) => finalResponse)).toEqual(
    prompts.toReversed().flatMap((prompt) => [`answer to ${prompt}`, `answer to ${prompt} 2`]),
  );
});

test("a thread that was not recorded fails beside others that continue", async () => {
  const answer: Script = (request) => [say(`answer to ${request.lastUserText}`)];
  const recorded = await record(answer, (model) => run(model, ["alpha", "alpha 2"]));
  const model = await replayOf(recorded);
  const [known, unknown] = await Promise.allSettled([run(model, ["alpha", "alpha 2"]), run(model, ["beta"])]);
  expect(known).toMatchObject({ status: "fulfilled", value: [{}, { finalResponse: "answer to alpha 2" }] });
  expect(unknown).toMatchObject({ status: "rejected", reason: { code: "bad_request" } });
  expect(() => model.assertDone()).toThrow(/no response for this request[\s\S]*beta/);
});

test("a request that was not recorded fails its turn with the difference", async () => {
  const model = await replayOf(cassette);
  await expect(run(model, ["why?"])).rejects.toThrow(
    /no response for this request[\s\S]*- recorded: .*where\?[\s\S]*\+ received: .*why\?/,
  );
  const long = await replayOf(cassette);
  await expect(run(long, [`where?${" and again".repeat(200)} at the end`])).rejects.toThrow(/where\?"[\s\S]*and again/);
  const further = await replayOf(cassette);
  await expect(run(further, ["where?", "again", "more"])).rejects.toThrow(/thread-1 ends after 3 requests[\s\S]*more/);
  expect(() => model.assertDone()).toThrow(/why\?[\s\S]*Recorded, but not requested: thread-1: 3 of 3/);
});

test("outputs of commands are compared only with `outputs: match`", async () => {
  const script = [[runCommand("cat state.txt")], [say("read")]];
  const withState = (state: string) => {
    const parent = temporaryDirectory();
    mkdirSync(path.join(parent, "workspace"));
    writeFileSync(path.join(parent, "workspace/state.txt"), state);
    return parent;
  };
  const cassette = await record(script, (model) => run(model, ["read"], withState("recorded state")));
  const [turn] = await run(await replayOf(cassette), ["read"], withState("other state"));
  expect(turn?.finalResponse).toBe("read");
  const strict = await replayOf(cassette, { outputs: "match" });
  await expect(run(strict, ["read"], withState("other state"))).rejects.toThrow(/recorded state[\s\S]*other state/);
  const same = await replayOf(cassette, { outputs: "match" });
  expect(await run(same, ["read"], withState("recorded state"))).toHaveLength(1);
});

test("a rejection by the endpoint is recorded and replayed as such", async () => {
  const script = [fail(429, { message: "Rate limit reached", retryAfterSeconds: 7 })];
  const failed = (model: RecordedModel) => run(model, ["go"]).then(String, (error: unknown) => String(error));
  let recorded = "";
  const cassette = await record(script, async (model) => {
    recorded = await failed(model);
  });
  expect(recorded).toContain("RateLimitError");
  expect(await failed(await replayOf(cassette))).toBe(recorded);
});

test("a cassette with a text that looks like a secret is not written", async () => {
  const cassette = path.join(temporaryDirectory(), "cassette.json");
  await using upstream = await ScriptedModel.start([[say("database_password = hunter2hunter2hunter2")]]);
  const model = await recordModel({ cassette, mode: "record", upstream: { baseUrl: upstream.baseUrl } });
  await run(model, ["go"]);
  await expect(model.close()).rejects.toThrow(/was not written: \$\.interactions\[0\].*secret/);
  expect(existsSync(cassette)).toBe(false);
});

test("a Codex version that differs from the recorded one is a warning, and instructions are not compared", async () => {
  const old = { ...contents(cassette), codexVersion: "0.1.0" };
  for (const { request } of old.interactions) request.instructions = "other";
  const changed = path.join(temporaryDirectory(), "cassette.json");
  writeFileSync(changed, JSON.stringify(old));
  const emitted = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  const model = await replayOf(changed);
  emitted.mockRestore();
  expect(model.warnings).toEqual([expect.stringContaining("0.1.0")]);
  expect(await run(model, ["where?"])).toHaveLength(1);
});

test("`auto` records without a cassette, replays with one, and replays in CI", async () => {
  vi.stubEnv("CI", "");
  onTestFinished(() => void vi.unstubAllEnvs());
  const cassette = path.join(temporaryDirectory(), "new/cassette.json");
  await using upstream = await ScriptedModel.start([[say("one")]]);
  const options = { cassette, upstream: { baseUrl: upstream.baseUrl } };
  const first = await recordModel(options);
  expect(first.mode).toBe("record");
  await run(first, ["go"]);
  await first.close();
  const second = await recordModel(options);
  expect(second.mode).toBe("replay");
  await second.close();
  vi.stubEnv("CI", "true");
  await expect(recordModel({ ...options, cassette: `${cassette}.other` })).rejects.toThrow(/replays in CI/);
});

test("toScript converts the recorded responses for a scripted model", async () => {
  await using model = await ScriptedModel.start(toScript(contents(cassette)));
  await using codex = new Codex(model.codexOptions());
  const thread = codex.startThread(model.threadOptions());
  const turn = await thread.run("another prompt");
  expect(turn).toMatchObject({ finalResponse: "in the workspace", usage: recorded[0]?.usage });
  expect(turn.items.map(({ type }) => type)).toContain("command_execution");
  expect((await thread.run("next")).finalResponse).toBe("second");
  model.assertDone();
  expect(() => toScript(contents(cassette), "thread-9")).toThrow(/thread-9.*thread-1/);
});

test.each([
  ["truncated", '{"format": "codex-sdk-cass', /cut off/],
  ["another format", '{"version": 1}', /not a cassette/],
  ["a later version", '{"format":"codex-sdk-cassette","version":2}', /reads version 1/],
  ["of a version that is text", '{"format":"codex-sdk-cassette","version":"1"}', /reads version 1/],
  ["empty", "", /cut off/],
  ["a list", "[]", /not a cassette/],
  ["incomplete", '{"format":"codex-sdk-cassette","version":1,"codexVersion":"1","interactions":[{}]}', /Interaction 0/],
])("a cassette that is %s is named in a clear error", async (_what, text, message) => {
  const cassette = path.join(temporaryDirectory(), "cassette.json");
  writeFileSync(cassette, text);
  const failed = recordModel({ cassette, mode: "replay" });
  await expect(failed).rejects.toThrow(message);
  await expect(failed).rejects.toThrow(cassette);
});

test("bad options are rejected", async () => {
  await expect(recordModel({ cassette: "x.json", mode: "record" })).rejects.toThrow(
    /Recording needs an endpoint: .*x\.json\. Set `upstream`/,
  );
  await expect(recordModel(undefined as never)).rejects.toThrow(/`cassette` must be a path/);
  await expect(recordModel({ cassette: "x.json", mode: "play" as never })).rejects.toThrow(/`mode` must be one of/);
  await expect(recordModel({ cassete: "x.json" } as never)).rejects.toThrow(/"cassete" is not an option/);
  const upstream = { baseUrl: "nope" };
  await expect(recordModel({ cassette: "x.json", upstream })).rejects.toThrow(/`upstream.baseUrl` must be a URL/);
});
