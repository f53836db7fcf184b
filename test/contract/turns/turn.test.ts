// Turns with the real Codex: runs, conversations, streams, and what reaches the model.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { Codex } from "../../../src/index.js";
import { patch, reason, runCommand, say } from "../../../src/testing/index.js";
import { codexOn, repository, scriptedModel, temporaryDirectory, warmCodex } from "../../support/workspace.js";

test("run returns the turn's items, answer, usage and diff", async () => {
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

test("turns of one thread run one after the other, in the order of the calls", async () => {
  const { model, codex } = await warmCodex(({ lastUserText }) =>
    say(`re: ${lastUserText}`, { pauseMs: 10, pieces: ["re: ", lastUserText ?? ""] }),
  );
  const thread = codex.startThread(model.threadOptions());
  const turns = await Promise.all(["a", "b", "c"].map((text) => thread.run(text)));
  expect(turns.map((turn) => turn.finalResponse)).toEqual(["re: a", "re: b", "re: c"]);
  expect(model.requests.map((request) => request.lastUserText)).toEqual(["a", "b", "c"]);
});

test("text is streamed while it is written, and a slow reader loses nothing", async () => {
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

test("the first text arrives while the model is still writing", async () => {
  const { model, codex } = await warmCodex([say("one two", { pieces: ["one ", "two"], pauseMs: 300 })]);
  const streamed = await codex.startThread(model.threadOptions()).runStreamed("go");
  const seen: string[] = [];
  void streamed.completed().then(() => seen.push("completed"));
  for await (const piece of streamed.textStream) seen.push(piece);
  await streamed.completed();
  expect(seen[0]).toBe("one ");
  expect(seen.indexOf("one ")).toBeLessThan(seen.indexOf("completed"));
});

test("a read-only sandbox prevents all writes; workspace-write allows them only inside", async () => {
  const outside = temporaryDirectory();
  // The temporary directory of the machine is writable in workspace-write, so the outside directory must be elsewhere.
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
    // Only the model receives the rejection of a command by the sandbox: Codex does not create an item for it.
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

test("the key is sent as a bearer token from memory, and the headers name this SDK", async () => {
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

test("WebSocket is not tried against a baseUrl unless it is enabled", async () => {
  const model = await scriptedModel([say("ok"), say("ok")]);
  await codexOn(model).startThread(model.threadOptions()).run("hello");
  expect(model.requests.map((request) => request.kind)).toEqual(["http"]);
  await codexOn(model, { websockets: true }).startThread(model.threadOptions()).run("hello");
  expect(model.requests.map((request) => request.kind)).toEqual(["http", "websocket"]);
});

test("without an apiKey, the credentials in CODEX_HOME are used", async () => {
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

test("output whose start Codex did not stream arrives in an update without delta, which replaces the displayed text", async () => {
  // Codex streams output from about 100 ms after a command has started.
  const slow = runCommand("echo 1; sleep 0.5; echo 2; sleep 0.5; echo 3", { login: false });
  const { model, codex } = await warmCodex([slow, say("done")]);
  const thread = codex.startThread({ ...model.threadOptions(), sandboxMode: "danger-full-access" });
  let shown = "";
  let live = "";
  for await (const event of await thread.runStreamed("go")) {
    if (!("item" in event) || event.item.type !== "command_execution") continue;
    if (event.type === "item.completed") {
      expect(event.item.aggregated_output).toBe("1\n2\n3\n");
      expect(shown).toBe(event.item.aggregated_output);
    } else if (event.type === "item.updated") {
      live ||= shown;
      shown = event.delta === undefined ? event.item.aggregated_output : shown + event.delta;
    }
  }
  // Some of it arrived while the command ran.
  expect(live).not.toBe("");
});
