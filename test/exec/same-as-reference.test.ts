// For the same options, Codex is started like in the reference SDK. Intended differences are listed here.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as reference from "@openai/codex-sdk";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Codex } from "../../src/index.js";
import type { CodexOptions, ThreadOptions } from "../../src/index.js";
import { readRecording, recordingCodex, type Recording } from "./recording.js";

/** Options that both SDKs support. */
type Shared<Ours, Theirs> = { [Key in keyof Ours & keyof Theirs]?: Theirs[Key] & Ours[Key] };

interface Case {
  codex: Shared<CodexOptions, reference.CodexOptions>;
  thread: Shared<ThreadOptions, reference.ThreadOptions>;
  turn: { outputSchema?: object; cyberAccessProgram?: "standard" | "daybreak_blue" | "daybreak_red" };
  threadId: string | null;
  input: string | ({ type: "text"; text: string } | { type: "local_image"; path: string })[];
}

const base: Case = { codex: {}, thread: { skipGitRepoCheck: true }, turn: {}, threadId: null, input: "Hello" };
const savedThreadId = "01a20222-4e63-7122-a53d-6a8230e28bbb";

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const repository = process.cwd();
let directory: string;
let images: string[];
beforeAll(() => {
  // Not a directory that an agent can write to, because that would change the sandbox.
  directory = mkdtempSync(path.join(existsSync("/var/tmp") ? "/var/tmp" : os.tmpdir(), "codex-sdk-test-"));
  images = ["first.png", "second image.png"].map((name) => path.join(directory, name));
  for (const image of images) writeFileSync(image, png);
  // Codex and this SDK would be in the workspace, which changes the sandbox.
  const workspace = path.join(directory, "workspace");
  for (const name of ["src", "test"]) mkdirSync(path.join(workspace, name), { recursive: true });
  process.chdir(workspace);
});
afterAll(() => {
  process.chdir(repository);
  rmSync(directory, { recursive: true });
});

let recordings = 0;
/** Without directories that an agent can write to, which ours removes. */
const searchPath = [...new Set([path.dirname(process.execPath), "/usr/bin", "/bin"])].join(path.delimiter);

async function record(play: (env: Record<string, string>) => Promise<unknown>, env: Record<string, string> = {}) {
  recordings += 1;
  const to = mkdtempSync(path.join(directory, `${recordings}-`));
  // CODEX_HOME keeps a real home, if there is one, out of the test.
  await play({ PATH: searchPath, CODEX_HOME: directory, ...env, RECORD_TO: to });
  return readRecording(to);
}

/** The reference's call, with its changes of the environment and without what distinguishes the two recordings. */
async function recordReference({ codex, thread, turn, threadId, input }: Case): Promise<Recording> {
  return record(async (env) => {
    const sdk = new reference.Codex({ ...codex, env, codexPathOverride: recordingCodex });
    const conversation = threadId === null ? sdk.startThread(thread) : sdk.resumeThread(threadId, thread);
    await conversation.run(input, turn);
  }, codex.env);
}

async function recordOurs({ codex, thread, turn, threadId, input }: Case, more: CodexOptions = {}): Promise<Recording> {
  return record(async (env) => {
    const options: CodexOptions = { transport: "exec", ...codex, env, codexPathOverride: recordingCodex, ...more };
    const sdk = new Codex(options);
    const conversation = threadId === null ? sdk.startThread(thread) : sdk.resumeThread(threadId, thread);
    await conversation.run(input, turn);
  }, codex.env);
}

/** Names that are generated each time. */
function comparable({ argv, env, stdin, cwd, schema }: Recording) {
  const { RECORD_TO: _to, ...rest } = env;
  return {
    argv: argv.map((argument, index) =>
      // Our path is absolute and without symbolic links.
      argv[index - 1] === "--cd" ? path.resolve(argument) : argument.replace(/^.*\/schema\.json$/, "<schema>"),
    ),
    env: rest,
    stdin,
    cwd,
    schema,
  };
}

/** Intended additions of ours. Each is checked to be present, so that this list cannot hide anything else. */
function withoutListed(ours: Recording, { codex }: Case, websockets: boolean | undefined): Recording {
  const env = { ...ours.env };
  const argv = [...ours.argv];
  const remove = (setting: string) => {
    const at = argv.indexOf(setting);
    expect(argv[at - 1], `--config ${setting}`).toBe("--config");
    argv.splice(at - 1, 2);
  };
  // It identifies the processes of this turn, so that all of them can be ended.
  expect(env["CODEX_SDK_RUNTIME"]).toMatch(/^[0-9a-z]+(-[0-9a-z]+){3}$/);
  delete env["CODEX_SDK_RUNTIME"];
  // It names this package, unless the caller sets another name in the originator's variable.
  const originator = "CODEX_INTERNAL_ORIGINATOR_OVERRIDE";
  if (env[originator] === "codex-sdk") env[originator] = "codex_sdk_ts";
  // The key must not reach the agent's commands, or the shell whose environment Codex takes a snapshot of.
  if (codex.apiKey !== undefined) {
    remove('shell_environment_policy.set.CODEX_API_KEY=""');
    remove("features.shell_snapshot=false");
  }
  // The built-in provider would try WebSockets, and send fields that only OpenAI accepts.
  if (codex.baseUrl !== undefined) {
    remove('model_provider="codex-sdk"');
    remove('model_providers.codex-sdk.name="codex-sdk"');
    remove(`model_providers.codex-sdk.base_url="${codex.baseUrl}"`);
    remove('model_providers.codex-sdk.wire_api="responses"');
    remove("model_providers.codex-sdk.requires_openai_auth=true");
    remove(`model_providers.codex-sdk.supports_websockets=${websockets ?? false}`);
  }
  return { ...ours, argv, env };
}

async function expectSame(given: Case, websockets?: boolean): Promise<void> {
  const theirs = await recordReference(given);
  const ours = await recordOurs(given, websockets === undefined ? {} : { websockets });
  expect(comparable(withoutListed(ours, given, websockets))).toEqual(comparable(theirs));
}

const object = (properties: object) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const cases: Record<string, Partial<Case>> = {
  "nothing but a prompt": {},
  config: { codex: { config: { a: { b: [1, "two", { c: true }] }, "d.e": 1.5, empty: {} } } },
  configOverrides: { codex: { config: { x: 1 }, configOverrides: ["x=2", 'projects."/a b".trust_level="trusted"'] } },
  baseUrl: { codex: { baseUrl: "https://gateway.example/v1" } },
  apiKey: { codex: { apiKey: "sk-fake-key-of-the-test" } },
  env: { codex: { env: { ONE: "1", CODEX_INTERNAL_ORIGINATOR_OVERRIDE: "an_app" } } },
  "env with a proxy": { codex: { env: { HTTPS_PROXY: "http://proxy.example:1" } } },
  model: { thread: { model: "gpt-5.5" } },
  threadSource: { thread: { threadSource: "a_label" } },
  "threadSource of a resumed thread": { thread: { threadSource: "a_label" }, threadId: savedThreadId },
  sandboxMode: { thread: { sandboxMode: "workspace-write" } },
  workingDirectory: { thread: { workingDirectory: "src" } },
  additionalDirectories: { thread: { additionalDirectories: ["src", "/tmp"] } },
  modelReasoningEffort: { thread: { modelReasoningEffort: "high" } },
  networkAccessEnabled: { thread: { networkAccessEnabled: false } },
  webSearchMode: { thread: { webSearchMode: "cached", webSearchEnabled: false } },
  "webSearchEnabled true": { thread: { webSearchEnabled: true } },
  "webSearchEnabled false": { thread: { webSearchEnabled: false } },
  approvalPolicy: { thread: { approvalPolicy: "untrusted" } },
  outputSchema: { turn: { outputSchema: object({}) } },
  cyberAccessProgram: { turn: { cyberAccessProgram: "daybreak_blue" } },
  resume: { threadId: savedThreadId },
};

describe("each option gives the same arguments", () => {
  test.each(Object.entries(cases))("%s", async (_name, given) => {
    await expectSame({ ...base, ...given, thread: { ...base.thread, ...given.thread } });
  });

  test("parts of input, including images, are the same, also when a thread is resumed", async () => {
    const input: Case["input"] = [
      { type: "text", text: "one" },
      { type: "local_image", path: images[0]! },
      { type: "text", text: "two\nthree" },
      { type: "local_image", path: images[1]! },
    ];
    await expectSame({ ...base, input });
    await expectSame({ ...base, input, threadId: savedThreadId });
  });

  test("an outputSchema that is already strict is sent to Codex unchanged", async () => {
    const outputSchema = object({ answer: { type: "string" } });
    const started = '{"type":"thread.started","thread_id":"01a20222-4e63-7122-a53d-6a8230e28aaa"}';
    const events = '{"type":"turn.completed","usage":{}}';
    const message = JSON.stringify({
      type: "item.completed",
      item: { id: "0", type: "agent_message", text: '{"answer":"a"}' },
    });
    const given: Case = {
      ...base,
      codex: { env: { EVENTS: `${started}\n${message}\n${events}` } },
      turn: { outputSchema },
    };
    await expectSame(given);
    expect((await recordOurs(given)).schema).toEqual(outputSchema);
  });

  test("OpenAI with WebSockets is the built-in provider, as in the reference", async () => {
    const given: Case = { ...base, codex: { baseUrl: "https://eu.api.openai.com/v1" } };
    expect((await recordOurs(given, { websockets: true })).argv).toEqual([
      "exec",
      "--experimental-json",
      "--config",
      'openai_base_url="https://eu.api.openai.com/v1"',
      "--skip-git-repo-check",
    ]);
  });

  test("a variable that holds the key under another name is removed, because commands would inherit it", async () => {
    const apiKey = "sk-fake-key-of-the-test";
    const given: Case = { ...base, codex: { apiKey, env: { OPENAI_API_KEY: apiKey, OTHER: "kept" } } };
    const [theirs, ours] = [await recordReference(given), await recordOurs(given)];
    expect(theirs.env["OPENAI_API_KEY"]).toBe(apiKey);
    expect(ours.env).toMatchObject({ CODEX_API_KEY: apiKey, OTHER: "kept" });
    expect(ours.env["OPENAI_API_KEY"]).toBeUndefined();
  });

  test("without env, Codex gets the host's environment", async () => {
    const to = mkdtempSync(path.join(directory, "host-"));
    const { PATH } = process.env;
    Object.assign(process.env, { RECORD_TO: to, CODEX_HOME: directory, PATH: searchPath });
    try {
      await new reference.Codex({ codexPathOverride: recordingCodex }).startThread(base.thread).run("Hello");
      const theirs = readRecording(to);
      const ours = new Codex({ codexPathOverride: recordingCodex, transport: "exec" });
      await ours.startThread(base.thread).run("Hello");
      expect(withoutListed(readRecording(to), base, undefined).env).toEqual(theirs.env);
    } finally {
      delete process.env["RECORD_TO"];
      delete process.env["CODEX_HOME"];
      process.env["PATH"] = PATH;
    }
  });
});

test("any combination of options gives the same arguments", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyCase(), fc.constantFrom(undefined, true), async (given, websockets) => {
      await expectSame(given, websockets);
    }),
    { numRuns: 25 },
  );
});

function anyCase(): fc.Arbitrary<Case> {
  const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,9}$/);
  const text = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
    .filter((text) => /^[^\0\x7f]*\S[^\0\x7f]*$/.test(text));
  const config = fc.dictionary(word, anySetting(word, text), { maxKeys: 4 });
  return fc.record({
    codex: fc.record(
      {
        config: config as fc.Arbitrary<NonNullable<Case["codex"]["config"]>>,
        configOverrides: fc.array(
          fc.tuple(word, fc.integer()).map(([key, value]) => `${key}=${value}`),
          { maxLength: 2 },
        ),
        baseUrl: fc.constant("https://gateway.example/v1"),
        apiKey: fc.constant("sk-fake-key-of-the-test"),
        env: fc.dictionary(fc.stringMatching(/^[A-Z]{3,8}_X$/), text, { maxKeys: 3 }),
      },
      { requiredKeys: [] },
    ),
    thread: fc.record(
      {
        skipGitRepoCheck: fc.constant(true),
        model: word,
        threadSource: word,
        sandboxMode: fc.constantFrom("read-only", "workspace-write", "danger-full-access"),
        workingDirectory: fc.constantFrom("src", "/tmp"),
        additionalDirectories: fc.array(fc.constantFrom("src", "test", "/tmp"), { maxLength: 2 }),
        modelReasoningEffort: fc.constantFrom("minimal", "low", "medium", "high", "xhigh"),
        networkAccessEnabled: fc.boolean(),
        webSearchMode: fc.constantFrom("disabled", "cached", "live"),
        webSearchEnabled: fc.boolean(),
        approvalPolicy: fc.constantFrom("never", "on-request", "untrusted"),
      },
      { requiredKeys: ["skipGitRepoCheck"] },
    ),
    turn: fc.record(
      {
        outputSchema: fc.constant(object({})),
        cyberAccessProgram: fc.constantFrom("standard", "daybreak_blue", "daybreak_red"),
      },
      { requiredKeys: [] },
    ),
    threadId: fc.option(fc.constant(savedThreadId)),
    input: fc.oneof(
      text,
      fc
        .array(
          fc.oneof(
            text.map((text) => ({ type: "text" as const, text })),
            anyImage(),
          ),
          { maxLength: 3 },
        )
        .map((parts) => [{ type: "text" as const, text: "A prompt." }, ...parts]),
    ),
  });
}

function anyImage() {
  return fc.nat(1).map((index) => ({ type: "local_image" as const, path: images[index]! }));
}

function anySetting(word: fc.Arbitrary<string>, text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
      fc.boolean(),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(word, tie("value"), { maxKeys: 3 }),
    ),
  })).value;
}
