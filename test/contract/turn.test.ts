// Turns of the real codex: runs, conversations, streams, and what reaches the model.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { Codex } from "../../src/index.js";
import { patch, reason, respond, runCommand, say } from "../../src/testing/index.js";
import { codexOn, repository, scriptedModel, temporaryDirectory, warmCodex } from "../support/workspace.js";

test("run gives the turn's items, answer, usage and diff", async () => {
  const { model, codex } = await warmCodex([
    [reason("Thinking."), say("I will write.", { phase: "commentary" }), patch({ "new.txt": { add: "hello\n" } })],
    say("Written.", { phase: "final_answer" }),
  ]);
  const cwd = repository();
  const thread = codex.startThread({
    ...model.threadOptions(),
    workingDirectory: cwd,
    sandboxMode: "workspace-write",
  });
  expect(thread.id).toBeNull();

  const turn = await thread.run("Write a file.");

  expect(turn.items.map((item) => item.type)).toEqual(["reasoning", "agent_message", "file_change", "agent_message"]);
  expect(turn.finalResponse).toBe("Written.");
  expect(turn.usage).toMatchObject({ input_tokens: 20, output_tokens: 10 });
  expect(turn.diff).toContain("+hello");
  expect(turn.output).toBeUndefined();
  expect(turn.id).toMatch(/^[0-9a-f-]{36}$/);
  expect(thread.id).toMatch(/^[0-9a-f-]{36}$/);
  expect(readFileSync(path.join(cwd, "new.txt"), "utf8")).toBe("hello\n");
  model.assertDone();
});

test("usage is the turn's own, threadUsage the conversation's", async () => {
  const usage = { input: 10, cached: 4, output: 5, reasoning: 1 };
  const { model, codex } = await warmCodex([1, 2, 3].map(() => respond([say("ok")], { usage })));
  const thread = codex.startThread(model.threadOptions());
  const turns = [await thread.run("one"), await thread.run("two"), await thread.run("three")];
  expect(turns.map((turn) => turn.usage?.input_tokens)).toEqual([10, 10, 10]);
  expect(turns.map((turn) => turn.usage?.cached_input_tokens)).toEqual([4, 4, 4]);
  expect(turns.map((turn) => turn.threadUsage?.input_tokens)).toEqual([10, 20, 30]);
});

test("the usage of a resumed thread's turn leaves out what was used before", async () => {
  const { model, codex } = await warmCodex([say("one"), say("two")]);
  const first = new Codex(model.codexOptions());
  const thread = first.startThread(model.threadOptions());
  await thread.run("one");
  await first.close();
  const turn = await codex.resumeThread(thread.id ?? "", { model: "gpt-5.5" }).run("two");
  expect(turn.usage?.input_tokens).toBe(10);
  expect(turn.threadUsage?.input_tokens).toBe(20);
});

test("a thread goes on with its conversation, in this process and in another", async () => {
  const model = await scriptedModel([say("Blue."), say("I said blue."), say("Still blue.")]);
  const first = new Codex(model.codexOptions());
  const thread = first.startThread(model.threadOptions());
  await thread.run("Name a colour.");
  await thread.run("Which was it?");
  await first.close();

  const resumed = codexOn(model).resumeThread(thread.id ?? "");
  expect((await resumed.run("And now?")).finalResponse).toBe("Still blue.");
  expect(resumed.id).toBe(thread.id);
  const asked = JSON.stringify(model.requests[2]?.input);
  for (const text of ["Name a colour.", "Blue.", "Which was it?", "I said blue.", "And now?"])
    expect(asked).toContain(text);
});

test("resumeLastThread takes the newest thread of its working directory", async () => {
  const { model, codex } = await warmCodex(({ lastUserText }) => say(`You said ${lastUserText}.`));
  const [here, elsewhere] = [repository(), repository()];
  const older = codex.startThread({ ...model.threadOptions(), workingDirectory: here });
  await older.run("older");
  const newer = codex.startThread({ ...model.threadOptions(), workingDirectory: here });
  await newer.run("newer");
  await codex.startThread({ ...model.threadOptions(), workingDirectory: elsewhere }).run("elsewhere");
  const last = await codex.resumeLastThread({ workingDirectory: here });
  expect(last.id).toBe(newer.id);
  await expect(codex.resumeLastThread({ workingDirectory: temporaryDirectory() })).rejects.toMatchObject({
    code: "thread_not_found",
  });
});

test("turns of one thread run one after the other, in the order of the calls", async () => {
  const { model, codex } = await warmCodex(({ lastUserText }) =>
    say(`re: ${lastUserText}`, { pauseMs: 10, pieces: ["re: ", lastUserText ?? ""] }),
  );
  const thread = codex.startThread(model.threadOptions());
  const turns = await Promise.all(["a", "b", "c"].map((text) => thread.run(text)));
  expect(turns.map((turn) => turn.finalResponse)).toEqual(["re: a", "re: b", "re: c"]);
  expect(model.requests.map((request) => request.lastUserText)).toEqual(["a", "b", "c"]);
});

test("many threads share one process and do not meet", async () => {
  const { model, codex } = await warmCodex(({ lastUserText }) => say(`re: ${lastUserText}`));
  const names = Array.from({ length: 12 }, (_, index) => `thread ${index}`);
  const turns = await Promise.all(names.map((name) => codex.startThread(model.threadOptions()).run(name)));
  expect(turns.map((turn) => turn.finalResponse)).toEqual(names.map((name) => `re: ${name}`));
});

test("text comes as it is written, and a slow reader loses nothing", async () => {
  const pieces = Array.from({ length: 200 }, (_, index) => `${index} `);
  const { model, codex } = await warmCodex([
    [say("An aside.", { phase: "commentary" }), say(pieces.join(""), { pieces, phase: "final_answer" })],
  ]);
  const streamed = await codex.startThread(model.threadOptions()).runStreamed("count");
  const turn = await streamed.completed();
  let grown = "";
  for await (const event of streamed) {
    if (event.type === "item.updated" && event.item.type === "agent_message" && event.item.phase === "final_answer") {
      grown += event.delta;
      expect(event.item.text).toBe(grown);
    }
  }
  expect(grown).toBe(pieces.join(""));
  let text = "";
  for await (const piece of streamed.textStream) text += piece;
  expect(text).toBe(turn.finalResponse);
});

test("the first text is there while the model is still writing", async () => {
  const { model, codex } = await warmCodex([say("one two", { pieces: ["one ", "two"], pauseMs: 300 })]);
  const streamed = await codex.startThread(model.threadOptions()).runStreamed("go");
  const seen: string[] = [];
  void streamed.completed().then(() => seen.push("completed"));
  for await (const piece of streamed.textStream) seen.push(piece);
  await streamed.completed();
  expect(seen[0]).toBe("one ");
  expect(seen.indexOf("one ")).toBeLessThan(seen.indexOf("completed"));
});

test("a read-only sandbox lets no write through; workspace-write only inside", async () => {
  const outside = temporaryDirectory();
  // The temporary directory of the machine is writable in workspace-write, so the outside must be elsewhere.
  const beyond = path.join("/var/tmp", path.basename(outside));
  const script = () => [
    runCommand(`echo x > inside.txt; mkdir ${beyond}; echo y > ${beyond}/file.txt`, { login: false }),
    say("done"),
  ];
  for (const [sandboxMode, inside] of [
    ["read-only", false],
    ["workspace-write", true],
  ] as const) {
    const { model, codex } = await warmCodex(script());
    const cwd = repository();
    await codex.startThread({ ...model.threadOptions(), workingDirectory: cwd, sandboxMode }).run("write");
    // A command that the sandbox denies is told to the model only: codex makes no item of it.
    expect(JSON.stringify(model.requests[1]?.functionOutputs)).toContain("Read-only file system");
    expect(existsSync(path.join(cwd, "inside.txt"))).toBe(inside);
    expect(existsSync(beyond)).toBe(false);
  }
});

test("additional directories are writable too", async () => {
  const extra = path.join("/var/tmp", path.basename(temporaryDirectory()));
  execFileSync("mkdir", [extra]);
  try {
    const { model, codex } = await warmCodex([runCommand(`echo x > ${extra}/file.txt`, { login: false }), say("done")]);
    const thread = codex.startThread({
      ...model.threadOptions(),
      workingDirectory: repository(),
      sandboxMode: "workspace-write",
      additionalDirectories: [extra],
    });
    await thread.run("write");
    expect(readFileSync(path.join(extra, "file.txt"), "utf8")).toBe("x\n");
  } finally {
    execFileSync("rm", ["-r", extra]);
  }
});

test("settings reach the model", async () => {
  const { model, codex } = await warmCodex([say("ok"), say("ok")]);
  const thread = codex.startThread({
    ...model.threadOptions(),
    modelReasoningEffort: "high",
    webSearchMode: "live",
    planTool: true,
    instructions: "Speak like a pirate.",
    workingDirectory: repository(),
  });
  await thread.run("hello");
  const [first] = model.requests;
  expect(first?.body).toMatchObject({ model: "gpt-5.5", reasoning: { effort: "high" } });
  expect(JSON.stringify(first?.input)).toContain("Speak like a pirate.");
  const tools = JSON.stringify(first?.tools);
  expect(tools).toContain("web_search");
  expect(tools).toContain("update_plan");
  await thread.run("again", { modelReasoningEffort: "low" });
  expect(model.requests[1]?.body).toMatchObject({ reasoning: { effort: "low" } });
});

test("the key is a bearer token in memory, and the headers name this SDK", async () => {
  const model = await scriptedModel([say("ok")]);
  await codexOn(model, { apiKey: "sk-fake-only-in-memory" }).startThread(model.threadOptions()).run("hello");
  const headers = model.requests[0]?.headers;
  expect(headers?.["authorization"]).toBe("Bearer sk-fake-only-in-memory");
  expect(headers?.["originator"]).toBe("codex-sdk");
  expect(headers?.["user-agent"]).toContain("codex-sdk; ");
  const files = readdirSync(model.codexHome, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(0);
  const leaks = files.filter((file) =>
    readFileSync(path.join(file.parentPath, file.name)).includes("sk-fake-only-in-memory"),
  );
  expect(leaks).toEqual([]);
});

test("no WebSocket is tried against a baseUrl unless it is asked for", async () => {
  const model = await scriptedModel([say("ok"), say("ok")]);
  await codexOn(model).startThread(model.threadOptions()).run("hello");
  expect(model.requests.map((request) => request.kind)).toEqual(["http"]);
  await codexOn(model, { websockets: true }).startThread(model.threadOptions()).run("hello");
  expect(model.requests.map((request) => request.kind)).toEqual(["http", "websocket"]);
});

test("without an apiKey, what is in CODEX_HOME serves", async () => {
  const model = await scriptedModel([say("ok")]);
  writeFileSync(path.join(model.codexHome, "auth.json"), JSON.stringify({ OPENAI_API_KEY: "sk-fake-from-login" }));
  const { apiKey: _unused, ...options } = model.codexOptions();
  const codex = new Codex(options);
  try {
    await codex.startThread(model.threadOptions()).run("hello");
  } finally {
    await codex.close();
  }
  expect(model.requests[0]?.headers["authorization"]).toBe("Bearer sk-fake-from-login");
});
