// Every mistake of a caller has a clear error, before a process is started where that is possible.
import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { Codex, CodexError } from "../../../src/index.js";
import type { CodexOptions, ThreadOptions, TurnOptions } from "../../../src/index.js";
import { fail, say } from "../../../src/testing/index.js";
import { readEvents } from "../../support/read-events.js";
import { codexOn, scriptedModel, temporaryDirectory, warmCodex } from "../../support/workspace.js";

/** Invalid on purpose: the types forbid it, and a JavaScript program can still pass it. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
const wrong = <Type>(value: unknown) => value as Type;

test.each([
  ["an unknown option", { apikey: "sk-fake" }, 'Did you mean "apiKey"'],
  [
    "an unknown option without a similar name",
    { flavour: "sweet" },
    "The options are: telemetry, prices, budget, codexPathOverride",
  ],
  ["a transport that does not exist", { transport: "carrier-pigeon" }, '"app-server", "exec"'],
  ["an invalid URL", { baseUrl: "gateway" }, "http(s) URL"],
  ["an empty key", { apiKey: "" }, "apiKey"],
  ["an override without a value", { configOverrides: ["novalue"] }, "key=value"],
  ["an environment with values that are not strings", { env: { A: 1 } }, "an object of strings"],
  ["a negative grace period", { shutdownGraceMs: -1 }, "milliseconds"],
])("new Codex rejects %s", (_, options, message) => {
  const make = () => new Codex(wrong<CodexOptions>(options));
  expect(make).toThrow(message);
  expect(make).toThrow(expect.objectContaining({ code: "invalid_input" }));
});

test("the message about a wrong key does not show it", () => {
  const make = () => new Codex(wrong<CodexOptions>({ apiKey: ["sk-fake-hidden"] }));
  expect(make).toThrow(expect.not.objectContaining({ message: expect.stringContaining("sk-fake-hidden") }));
});

test.each([
  ["an unknown option", { sandbox: "read-only" }, 'no option "sandbox"'],
  ["a sandbox that does not exist", { sandboxMode: "open" }, '"read-only", "workspace-write"'],
  ["an effort that is not a string", { modelReasoningEffort: 7 }, "not 7"],
  [
    "instructions under both names",
    { developerInstructions: "a", instructions: "b" },
    "Pass only `developerInstructions`",
  ],
  ["an approval policy that this Codex rejects", { approvalPolicy: "on-failure" }, 'use "on-request"'],
  ["a model that is not a string", { model: 5 }, "not 5"],
  ["a handler that is not a function", { onApproval: "yes" }, "a function"],
])("startThread and resumeThread reject %s", (_, options, message) => {
  const codex = new Codex();
  expect(() => codex.startThread(wrong<ThreadOptions>(options))).toThrow(message);
  expect(() => codex.resumeThread("01a20222-4e63-7122-a53d-6a8230e28aaa", wrong<ThreadOptions>(options))).toThrow(
    message,
  );
});

test.each(["", " ", wrong<string>(7), wrong<string>(null)])("resumeThread rejects %j as an ID or name", (id) => {
  expect(() => new Codex().resumeThread(id)).toThrow(expect.objectContaining({ code: "invalid_input" }));
});

const throwing = new Proxy(
  {},
  {
    ownKeys: () => {
      throw new Error("not today");
    },
  },
);

test("an option whose value cannot be read is invalid, also inside an array with holes", () => {
  const getter = {
    get model(): string {
      throw new Error("not today");
    },
  };
  const sparse: string[] = [];
  sparse[1] = "/";
  const codex = new Codex();
  for (const make of [
    () => new Codex(throwing),
    () => new Codex({ env: throwing }),
    () => new Codex({ configOverrides: sparse }),
    () => codex.startThread(getter),
    () => codex.startThread({ additionalDirectories: sparse }),
    () => codex.listThreads({ sources: wrong(sparse) }),
  ]) {
    expect(make).toThrow(expect.objectContaining({ code: "invalid_input" }));
  }
});

const turnsRefused: [string, unknown, unknown, string][] = [
  ["a part of a type that JSON does not have", [{ type: 5n }], {}, "has the type bigint"],
  ["a part that is missing", [, "hi"], {}, "input[0] is not a part"], // oxlint-disable-line no-sparse-arrays
  ["options that cannot be read", "hi", throwing, "not today"],
  ["a signal that cannot be left", "hi", { signal: { aborted: false, addEventListener() {} } }, "AbortSignal"],
  ["a schema whose JSON is not an object", "hi", { outputSchema: { a: 1, toJSON: () => 5 } }, "outputSchema is 5"],
  ["an empty input", "", {}, "empty"],
  ["an input of blanks", "  \n", {}, "empty"],
  ["no parts", [], {}, "empty"],
  ["an unknown option", "hi", { timeout: 5 }, 'no option "timeout"'],
  ["a time limit of zero", "hi", { timeoutMs: 0 }, "above 0"],
  ["an invalid signal", "hi", { signal: {} }, "AbortSignal"],
  ["a schema that is not an object", "hi", { outputSchema: "string" }, "outputSchema"],
  ["a schema that is an array", "hi", { outputSchema: [] }, "outputSchema"],
  ["an image that does not exist", [{ type: "local_image", path: "/nowhere.png" }], {}, "/nowhere.png"],
];

test.each(turnsRefused)("a turn rejects %s, and nothing is started", async (_, input, options, message) => {
  // This Codex cannot start, which proves that none was started.
  const thread = new Codex({ codexPathOverride: "/nowhere/codex" }).startThread({ skipGitRepoCheck: true });
  const attempts = [
    thread.run(wrong<string>(input), wrong<TurnOptions>(options)),
    thread.runStreamed(wrong<string>(input), wrong<TurnOptions>(options)),
  ];
  for (const attempt of await Promise.allSettled(attempts)) {
    expect(attempt).toMatchObject({
      status: "rejected",
      reason: { code: "invalid_input", message: expect.stringContaining(message) },
    });
  }
});

test.each([
  ["does not exist", () => path.join(temporaryDirectory(), "missing"), "does not exist"],
  ["is a file", fileInstead, "is not a directory"],
])("a working directory that %s is rejected", async (_, workingDirectory, message) => {
  const thread = new Codex({ codexPathOverride: "/nowhere/codex" }).startThread({
    workingDirectory: workingDirectory(),
  });
  await expect(thread.run("hi")).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining(message),
  });
});

test("outside a git repository a turn is rejected with Codex's message, unless that is allowed", async () => {
  const { model, codex } = await warmCodex([say("ok")]);
  const workingDirectory = temporaryDirectory();
  const refused = codex.startThread({ workingDirectory }).run("hi");
  await expect(refused).rejects.toMatchObject({
    code: "not_a_git_repository",
    message: expect.stringContaining("Not inside a trusted directory"),
  });
  expect(model.requests).toHaveLength(0);
  await codex.startThread({ ...model.threadOptions(), workingDirectory }).run("hi");
});

test("the error for a missing binary lists where it was searched", async () => {
  const codex = new Codex({ codexPathOverride: "/nowhere/codex" });
  await expect(codex.startThread({ skipGitRepoCheck: true }).run("hi")).rejects.toMatchObject({
    code: "codex_not_found",
    tried: expect.arrayContaining(["/nowhere/codex"]),
  });
});

test("the error for a binary that is not executable names it", async () => {
  const file = path.join(temporaryDirectory(), "codex");
  writeFileSync(file, "#!/bin/sh\n");
  chmodSync(file, 0o644);
  const codex = new Codex({ codexPathOverride: file });
  await expect(codex.startThread({ skipGitRepoCheck: true }).run("hi")).rejects.toMatchObject({
    code: "codex_unusable",
    message: expect.stringContaining(file),
  });
});

test.each(["/bin/true", "/bin/false", "/bin/cat", "/bin/ls"])(
  "%s is not Codex, and the error says so",
  { timeout: 20_000 },
  async (file) => {
    const codex = new Codex({ codexPathOverride: file, codexHome: temporaryDirectory(), shutdownGraceMs: 100 });
    const error = await codex
      .startThread({ skipGitRepoCheck: true })
      .run("hi")
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "codex_unusable", message: expect.stringContaining(file) });
    await codex.close();
  },
);

test("the error for a CODEX_HOME that is not writable names it", async () => {
  const codexHome = path.join(fileInstead(), "home");
  const codex = new Codex({ codexHome });
  await expect(codex.startThread({ skipGitRepoCheck: true }).run("hi")).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining(codexHome),
  });
});

test("a CODEX_HOME that does not exist yet is created", async () => {
  const model = await scriptedModel([say("ok")]);
  const codexHome = path.join(temporaryDirectory(), "new", "home");
  expect((await codexOn(model, { codexHome }).startThread(model.threadOptions()).run("hi")).finalResponse).toBe("ok");
});

test("an ID that is not on disk has its own error, and the Codex continues", async () => {
  const { model, codex } = await warmCodex([say("ok")]);
  const missing = codex.resumeThread("01a20222-4e63-7122-a53d-6a8230e28aaa", model.threadOptions());
  await expect(missing.run("hi")).rejects.toMatchObject({
    code: "thread_not_found",
    message: expect.stringContaining(model.codexHome),
  });
  await codex.startThread(model.threadOptions()).run("hi");
});

test.each([
  [
    "a wrong key",
    () => fail(401, { message: "Incorrect API key provided: sk-fake-scripted-model" }),
    "unauthorized",
    401,
  ],
  ["too many requests", () => fail(429, { message: "Rate limit reached" }), "rate_limit", 429],
  [
    "an exhausted quota",
    () => fail(429, { code: "insufficient_quota", type: "insufficient_quota" }),
    "usage_limit",
    undefined,
  ],
  [
    "an unknown model",
    () => fail(404, { message: "The model `x` does not exist", code: "model_not_found" }),
    "model_not_found",
    undefined,
  ],
  ["a malformed request", () => fail(400, { message: "bad thing" }), "bad_request", 400],
  ["a failing endpoint", () => fail(500, { message: "boom" }), "overloaded", undefined],
])("%s is a typed error that carries the turn and hides the key", async (_, step, code, httpStatus) => {
  const { model, codex } = await warmCodex([step(), say("recovered")]);
  const thread = codex.startThread(model.threadOptions());
  const error = await thread.run("hi").catch((reason: unknown) => reason);
  expect(CodexError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ code, turn: { items: [] }, ...(httpStatus && { httpStatus }) });
  expect(String((error as Error).stack)).not.toContain("sk-fake-scripted-model");
  expect((await thread.run("again")).finalResponse).toBe("recovered");
});

test("reading a failed turn throws its error after turn.failed, and completed() rejects", async () => {
  const { model, codex } = await warmCodex([fail(400, { message: "bad thing" })]);
  const streamed = await codex.startThread(model.threadOptions()).runStreamed("hi");
  const { events, error } = await readEvents(streamed);
  expect(events.slice(-2)).toMatchObject([{ type: "error" }, { type: "turn.failed" }]);
  expect(error).toMatchObject({ code: "bad_request", message: "bad thing" });
  await expect(streamed.completed()).rejects.toMatchObject({ code: "bad_request", message: "bad thing" });
});

test("a signal that has already fired starts nothing", async () => {
  const reason = new Error("no longer wanted");
  const thread = new Codex({ codexPathOverride: "/nowhere/codex" }).startThread({ skipGitRepoCheck: true });
  await expect(thread.run("hi", { signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
    code: "interrupted",
    cause: reason,
  });
});

function fileInstead(): string {
  const file = path.join(temporaryDirectory(), "file");
  writeFileSync(file, "");
  return file;
}
