// Faults during a recording: at the endpoint, in Codex, in the file. Also what a cassette must not contain.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Codex } from "codex-sdk";
import { deferred } from "../../../src/internal/deferred.js";
import { parseCassette } from "../../../src/testing/record/cassette.js";
import { encodedForms, secretIn } from "../../../src/testing/record/secret-patterns.js";
import { recordModel, runCommand, say, ScriptedModel } from "codex-sdk/testing";
import type { Cassette, RecordedModel, Script, Upstream } from "codex-sdk/testing";
import { temporaryDirectory } from "../../support/workspace.js";

const key = "fake-upstream-key-123456";

async function record(upstream: Upstream, file = path.join(temporaryDirectory(), "cassette.json")) {
  const model = await recordModel({ cassette: file, mode: "record", upstream });
  return { model, file };
}

async function scripted(script: Script): Promise<Upstream> {
  const upstream = await ScriptedModel.start(script);
  onTestFinished(() => upstream.close());
  return { baseUrl: upstream.baseUrl, apiKey: key };
}

async function endpoint(listener: RequestListener): Promise<Upstream> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => listener(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has an address with a port.
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, apiKey: key };
}

function codexOn(model: RecordedModel): Codex {
  const codex = new Codex(model.codexOptions({ config: { features: { shell_snapshot: false } } }));
  onTestFinished(() => codex.close());
  return codex;
}

function workspace(): string {
  const directory = path.join(temporaryDirectory(), "workspace");
  mkdirSync(directory);
  return directory;
}

async function run(model: RecordedModel, prompt: string, workingDirectory = workspace()): Promise<string> {
  const thread = codexOn(model).startThread(model.threadOptions({ workingDirectory }));
  return thread.run(prompt).then(({ finalResponse }) => finalResponse, String);
}

test("an endpoint that cannot be reached fails the turn with the reason, and leaves no cassette", async () => {
  const { model, file } = await record({ baseUrl: "http://127.0.0.1:9/v1" });
  await codexOn(model)
    .startThread(model.threadOptions({ workingDirectory: workspace() }))
    .run("go", { timeoutMs: 20_000 })
    .catch(() => undefined);
  await expect(model.close()).rejects.toThrow(/not written: the upstream endpoint did not answer the last request/);
  expect(existsSync(file)).toBe(false);
});

test("an endpoint that answers with a page instead of events is recorded and replayed as such", async () => {
  const upstream = await endpoint((_, response) => {
    response.writeHead(404, { "content-type": "text/html" }).end("<h1>No such page</h1>");
  });
  const { model, file } = await record(upstream);
  const failed = await run(model, "go");
  expect(failed).toContain("No such page");
  await model.close();
  const replayed = await recordModel({ cassette: file, mode: "replay" });
  onTestFinished(() => replayed.close());
  const withoutPort = (text: string) => text.replace(/127\.0\.0\.1:\d+/, "127.0.0.1");
  expect(withoutPort(await run(replayed, "go"))).toBe(withoutPort(failed));
});

test("a turn that is cancelled while the endpoint hangs leaves no cassette", async () => {
  const arrived = deferred<void>();
  const upstream = await endpoint(() => arrived.resolve());
  const hanging = await record(upstream);
  const abort = new AbortController();
  const thread = codexOn(hanging.model).startThread(hanging.model.threadOptions({ workingDirectory: workspace() }));
  const turn = thread.run("go", { signal: abort.signal }).catch(() => undefined);
  await arrived.promise;
  abort.abort();
  await turn;
  await hanging.model.close();
  // There was no answer, so nothing can be replayed.
  expect(existsSync(hanging.file)).toBe(false);
});

test("a thread that another Codex resumes continues in its recorded conversation", async () => {
  const play = async (model: RecordedModel) => {
    const workingDirectory = workspace();
    const options = model.threadOptions({ workingDirectory });
    const first = codexOn(model);
    const thread = first.startThread(options);
    await thread.run("one");
    await first.close();
    return (
      await codexOn(model)
        .resumeThread(thread.id ?? "", options)
        .run("two")
    ).finalResponse;
  };
  const { model, file } = await record(await scripted(({ lastUserText }) => say(`re: ${lastUserText}`)));
  expect(await play(model)).toBe("re: two");
  await model.close();
  const replayed = await recordModel({ cassette: file, mode: "replay" });
  onTestFinished(() => replayed.close());
  expect(await play(replayed)).toBe("re: two");
  replayed.assertDone();
  expect(
    new Set((JSON.parse(readFileSync(file, "utf8")) as Cassette).interactions.map((each) => each.conversation)),
  ).toEqual(new Set(["thread-1"]));
});

test("of two recordings to one file, the first is kept and the second has an error", async () => {
  const upstream = await scripted(({ lastUserText }) => say(`re: ${lastUserText}`));
  const one = await record(upstream);
  const two = await record(upstream, one.file);
  await Promise.all([run(one.model, "one"), run(two.model, "two")]);
  await one.model.close();
  await expect(two.model.close()).rejects.toThrow(/another recording has written it/);
  expect(readFileSync(one.file, "utf8")).toContain("re: one");
  expect(readdirSync(path.dirname(one.file))).toEqual(["cassette.json"]);
});

test("a Codex without requests leaves no cassette", async () => {
  const { model, file } = await record(await scripted([]));
  await model.close();
  expect(existsSync(file)).toBe(false);
});

test("the upstream's key is not in the cassette in any form", async () => {
  const directory = workspace();
  const encoded = ["", "a", "ab"].map((prefix) => Buffer.from(`${prefix}${key}`).toString("base64"));
  writeFileSync(path.join(directory, "keys.txt"), `${encoded.join("\n")}\n${Buffer.from(key).toString("hex")}\n`);
  const { model, file } = await record(
    await scripted([[runCommand("cat keys.txt"), say(`It is ${key}.`)], [say("done")]]),
  );
  expect(await run(model, "read", directory)).toBe("done");
  await model.close();
  const text = readFileSync(file, "utf8");
  for (const form of encodedForms(key)) expect(text).not.toContain(form);
  expect(text).toContain("[redacted]");
});

test.each([
  ["a key in Base64", Buffer.from("config: sk-fake-0123456789abcdef").toString("base64")],
  ["a key in a URL", "https://host.example/v1?api_key=a1b2c3d4e5f6a7b8c9"],
  ["a password in a URL", "postgres://me:hunter2@host.example/db"],
  ["a header", "Authorization: Bearer abcdef0123456789"],
  ["an assignment", 'client_secret = "a1b2c3d4e5f6a7b8c9"'],
])("%s prevents the cassette from being written", (_, text) =>
  expect(secretIn({ input: [{ text }] })?.path).toBe("$.input[0].text"),
);

test("long texts without a secret are searched in linear time", () => {
  const started = performance.now();
  for (const text of ["a-b_".repeat(250_000), "a.b+".repeat(250_000), "Ab9/".repeat(250_000), "sk-".repeat(300_000)]) {
    secretIn(text);
  }
  expect(performance.now() - started).toBeLessThan(10_000);
});

const interaction = {
  conversation: "thread-1",
  request: {
    method: "POST",
    path: "/responses",
    model: "m",
    instructions: "",
    tools: { hash: "", names: [] },
    continues: 0,
    input: [],
  },
  response: { status: 200, headers: {}, events: [[0, { type: "response.completed" }]] },
};

test.each<[string, object]>([
  ["status", { response: { ...interaction.response, status: 9999 } }],
  ["headers", { response: { ...interaction.response, headers: { a: 5 } } }],
  ["events", { response: { ...interaction.response, events: [[0, {}]] } }],
  ["time", { response: { ...interaction.response, events: [[-5, { type: "x" }]] } }],
  ["ending", { response: { ...interaction.response, ending: "gone" } }],
  ["body", { response: { status: 200, headers: {}, body: 5 } }],
  ["continues", { request: { ...interaction.request, continues: -1 } }],
  ["tools", { request: { ...interaction.request, tools: { hash: "", names: [5] } } }],
])("a cassette that was edited to an invalid %s is rejected", (_, change) => {
  const text = (last: object) =>
    JSON.stringify({
      format: "codex-sdk-cassette",
      version: 1,
      codexVersion: "1",
      interactions: [interaction, { ...interaction, ...last }],
    });
  expect(() => parseCassette(text({}), "a.json")).not.toThrow();
  expect(() => parseCassette(text(change), "a.json")).toThrow(/a\.json\. Interaction 1 is incomplete/);
});
