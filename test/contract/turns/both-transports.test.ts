// Behaviour that both transports share, with the real Codex. The suite runs once for each transport.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CodexError } from "../../../src/index.js";
import type { Codex, StreamedTurn, Thread, ThreadEvent, ThreadOptions } from "../../../src/index.js";
import {
  cut,
  fail,
  failResponse,
  patch,
  plan,
  reason,
  respond,
  runCommand,
  say,
  silence,
  together,
} from "../../../src/testing/index.js";
import type { Script, ScriptedModel, Step } from "../../../src/testing/index.js";
import { startHost } from "../../support/host-program.js";
import { commandLinesOf } from "../../support/model-processes.js";
import { readEvents } from "../../support/read-events.js";
import { codexOn, repository, scriptedModel, warmCodex } from "../../support/workspace.js";

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Commands that resist their end: one ignores SIGTERM, one has its own session, one has lost its parent too. */
const stubborn = "trap '' TERM; setsid sleep 311 & (setsid setsid sleep 312 &) ; sleep 313";

describe.each(["app-server", "exec"] as const)("%s", (transport) => {
  function setUp(script: Script): Promise<{ model: ScriptedModel; codex: Codex }> {
    return warmCodex(script, { transport, shutdownGraceMs: 300 });
  }

  function open(model: ScriptedModel, codex: Codex, options: ThreadOptions = {}): Thread {
    return codex.startThread({ ...model.threadOptions(), sandboxMode: "danger-full-access", ...options });
  }

  test("run returns items, answer and usage", async () => {
    const { model, codex } = await setUp([
      [
        reason("Thinking."),
        say("I will write.", { phase: "commentary" }),
        runCommand("echo one; exit 3", { login: false }),
        patch({ "new.txt": { add: "hello\n" } }),
      ],
      say("Written.", { phase: "final_answer" }),
    ]);
    const thread = open(model, codex, { workingDirectory: repository() });
    expect(thread.id).toBeNull();
    const turn = await thread.run("Write a file.");
    expect(turn.items.map(({ type }) => type)).toEqual([
      "reasoning",
      "agent_message",
      "command_execution",
      "file_change",
      "agent_message",
    ]);
    expect(turn.items[2]).toMatchObject({ exit_code: 3, status: "failed", aggregated_output: "one\n" });
    expect(turn.items[3]).toMatchObject({ status: "completed", changes: [{ kind: "add" }] });
    expect(turn.finalResponse).toBe("Written.");
    expect(turn.usage).toMatchObject({ input_tokens: 20, output_tokens: 10 });
    expect(turn.output).toBeUndefined();
    expect(thread.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(turn.threadId).toBe(thread.id);
    model.assertDone();
  });

  test("a conversation continues, in this Codex and in another one, and each turn has its own usage", async () => {
    const usage = { input: 10, cached: 4, output: 5, reasoning: 1 };
    const { model, codex } = await setUp(
      ["Blue.", "I said blue.", "Still."].map((text) => respond([say(text)], { usage })),
    );
    const thread = open(model, codex);
    const turns = [await thread.run("Name a colour."), await thread.run("Which was it?")];
    await codex.close();
    const resumed = codexOn(model, { transport }).resumeThread(thread.id!, model.threadOptions());
    turns.push(await resumed.run("And now?"));

    expect(resumed.id).toBe(thread.id);
    expect(turns.map((turn) => turn.finalResponse)).toEqual(["Blue.", "I said blue.", "Still."]);
    const asked = JSON.stringify(model.requests[2]!.input);
    for (const text of ["Name a colour.", "Blue.", "I said blue.", "And now?"]) expect(asked).toContain(text);
    expect(turns.map((turn) => turn.usage?.input_tokens)).toEqual([10, 10, 10]);
    expect(turns.map((turn) => turn.usage?.cached_input_tokens)).toEqual([4, 4, 4]);
    expect(turns.map((turn) => turn.threadUsage?.input_tokens)).toEqual([10, 20, 30]);
  });

  test("the other transport continues a thread of this one", async () => {
    const { model, codex } = await setUp([say("Blue."), say("Still.")]);
    const thread = open(model, codex);
    await thread.run("Name a colour.");
    await codex.close();
    const other = codexOn(model, { transport: transport === "exec" ? "app-server" : "exec" });
    const turn = await other.resumeThread(thread.id!, model.threadOptions()).run("And now?");
    expect(turn.finalResponse).toBe("Still.");
    expect(turn.usage?.input_tokens).toBe(10);
    expect(turn.threadUsage?.input_tokens).toBe(20);
    expect(JSON.stringify(model.requests[1]!.input)).toContain("Blue.");
  });

  test("resumeLastThread resumes the most recently used thread of the directory", async () => {
    const { model, codex } = await setUp(({ lastUserText }) => say(`re: ${lastUserText}`));
    const [here, elsewhere] = [repository(), repository()];
    const first = open(model, codex, { workingDirectory: here });
    const second = open(model, codex, { workingDirectory: here });
    await first.run("one");
    await second.run("two");
    await open(model, codex, { workingDirectory: elsewhere }).run("three");
    await first.run("four");
    expect((await codex.resumeLastThread({ workingDirectory: here })).id).toBe(first.id);
    await expect(codex.resumeLastThread({ workingDirectory: repository() })).rejects.toMatchObject({
      code: "thread_not_found",
    });
  });

  test("events are in order, and the plan has its current state", async () => {
    const { model, codex } = await setUp([
      together(reason("Hm."), plan([{ step: "look", status: "in_progress" }, "do"])),
      together(plan([{ step: "look", status: "completed" }, "do"]), runCommand("true", { login: false })),
      say("Done.", { phase: "final_answer" }),
    ]);
    const streamed = await open(model, codex, { planTool: true }).runStreamed("go");
    const seen: string[] = [];
    // Only app-server streams text.
    for await (const event of streamed) if (!isGrowth(event)) seen.push(nameOf(event));
    expect(seen).toEqual([
      "thread.started",
      "turn.started",
      "item.completed reasoning",
      "item.started todo_list",
      "item.updated todo_list",
      "item.started command_execution",
      "item.completed command_execution",
      "item.completed agent_message",
      "item.completed todo_list",
      "turn.completed",
    ]);
    let text = "";
    for await (const piece of streamed.textStream) text += piece;
    expect(text).toBe("Done.");
  });

  test("structured output and images reach the model", async () => {
    const { model, codex } = await setUp([say('{"colour":"blue","note":null}')]);
    const image = path.join(repository(), "pixel.png");
    writeFileSync(image, png);
    const properties = { colour: { type: "string" }, note: { type: "string" } } as const;
    const turn = await open(model, codex).run(
      [
        { type: "text", text: "Which colour?" },
        { type: "local_image", path: image },
        { type: "text", text: "Answer in JSON." },
        { type: "image", data: png, mediaType: "image/png" },
      ],
      { outputSchema: { type: "object", properties, required: ["colour"] } },
    );
    expect(turn.output).toEqual({ colour: "blue" });
    const body = JSON.stringify(model.requests[0]!.body);
    expect(body.split(png.toString("base64"))).toHaveLength(3);
    // Both transports send the images first, then one text.
    const content = model.requests[0]!.input.at(-1)!["content"] as { type: string; text?: string }[];
    expect(content.findLastIndex(({ type }) => type === "input_image")).toBeLessThan(content.length - 1);
    expect(content.at(-1)).toMatchObject({ type: "input_text", text: "Which colour?\n\nAnswer in JSON." });
    expect(model.requests[0]!.body).toMatchObject({ text: { format: { type: "json_schema", strict: true } } });
  });

  test("settings of the thread and of the turn reach the model", async () => {
    const { model, codex } = await setUp([say("one"), say("two"), say("three")]);
    const thread = open(model, codex, {
      developerInstructions: "Speak like a pirate.",
      baseInstructions: "You are a parrot.",
      modelReasoningEffort: "high",
      webSearchMode: "live",
      planTool: true,
      config: { model_verbosity: "low" },
    });
    await thread.run("hello");
    await thread.run("again", { modelReasoningEffort: "low" });
    await thread.run("and again");
    const [first] = model.requests;
    expect(model.requests.map(({ body }) => (body as { reasoning: object }).reasoning)).toMatchObject([
      { effort: "high" },
      { effort: "low" },
      { effort: "low" },
    ]);
    expect(first!.body).toMatchObject({ model: "gpt-5.5", text: { verbosity: "low" } });
    for (const text of ["Speak like a pirate.", "You are a parrot."])
      expect(JSON.stringify(first!.body)).toContain(text);
    for (const tool of ["web_search", "update_plan"]) expect(JSON.stringify(first!.tools)).toContain(tool);
    expect(first!.kind).toBe("http");
    expect(model.otherRequests).toEqual([]);
  });

  test("each endpoint failure has its typed error", { timeout: 60_000 }, async () => {
    const { model, codex } = await setUp(({ lastUserText }) => faults[lastUserText ?? ""]!.step);
    const failed = await Promise.all(
      Object.keys(faults).map(async (name) => {
        const error = await rejection(open(model, codex).run(name));
        return [name, { code: error.code, message: error.message, firstItem: error.turn?.items[0]?.type }];
      }),
    );
    const expected = Object.entries(faults).map(([name, { code, message, firstItem }]) => [
      name,
      { code, message: expect.stringMatching(message), firstItem },
    ]);
    expect(Object.fromEntries(failed)).toEqual(Object.fromEntries(expected));
  });

  test("a failed turn emits its event, then reading throws its error, and the thread continues", async () => {
    const { model, codex } = await setUp([fail(401), say("better")]);
    const thread = open(model, codex);
    const streamed = await thread.runStreamed("go");
    const { events, error } = await readEvents(streamed);
    expect(error).toMatchObject({ code: "unauthorized", httpStatus: 401 });
    expect(events.at(-1)).toMatchObject({ type: "turn.failed", error: { code: "unauthorized" } });
    await expect(streamed.completed()).rejects.toMatchObject({ code: "unauthorized", httpStatus: 401 });
    const turn = await thread.run("again");
    expect(turn.finalResponse).toBe("better");
    expect(turn.usage?.input_tokens).toBe(10);
  });

  test("a retry is reported as an error item and does not end the turn", async () => {
    const model = await scriptedModel([cut({ text: "half" }), say("whole")]);
    const codex = codexOn(model, { transport, ...model.codexOptions({ retries: 2 }) });
    const streamed = await open(model, codex).runStreamed("go");
    const notices: string[] = [];
    for await (const event of streamed) if (event.type === "error") notices.push(event.message);
    expect(notices.join()).toMatch(/Reconnecting/);
    expect((await streamed.completed()).finalResponse).toBe("whole");
  });

  test("an abort before the turn starts nothing", async () => {
    const { model, codex } = await setUp([]);
    const turn = open(model, codex).run("go", { signal: AbortSignal.abort("early") });
    await expect(turn).rejects.toMatchObject({ code: "interrupted", cause: "early" });
    expect(model.requests).toEqual([]);
  });

  test(
    "an abort at any moment of the start settles the turn, and the thread continues",
    { timeout: 60_000 },
    async () => {
      const { model, codex } = await setUp(({ lastUserText }) => (lastUserText === "go" ? silence() : say("next")));
      const threads = [0, 20, 100, 200].map(async (ms) => {
        const thread = open(model, codex);
        await expect(thread.run("go", { signal: AbortSignal.timeout(ms) })).rejects.toMatchObject({
          code: "interrupted",
        });
        expect((await thread.run("again")).finalResponse).toBe("next");
      });
      await Promise.all(threads);
    },
  );

  test("an abort ends the turn and its commands, keeps the partial result, and the thread continues", async () => {
    const { model, codex } = await setUp([
      [say("So far.", { phase: "commentary" }), runCommand(stubborn, { yieldTimeMs: 30_000, login: false })],
      say("next"),
    ]);
    const thread = open(model, codex);
    const abort = new AbortController();
    const streamed = await thread.runStreamed("go", { signal: abort.signal });
    await untilCommand(streamed);
    abort.abort(new Error("changed my mind"));
    const error = await rejection(streamed.completed());
    expect(error).toMatchObject({ code: "interrupted", cause: { message: "changed my mind" } });
    expect(error.turn?.items).toMatchObject([{ text: "So far." }, { type: "command_execution" }]);
    expect(commandLinesOf(model).filter((line) => line.includes("sleep 31"))).toEqual([]);
    expect((await thread.run("again")).finalResponse).toBe("next");
  });

  test("a time limit ends the turn, and so does an idle limit, which a running command does not count towards", async () => {
    const { model, codex } = await setUp(({ lastUserText, newOutputs }) => {
      if (lastUserText === "first") return say("Started.");
      if (lastUserText === "long") return runCommand("sleep 314", { yieldTimeMs: 30_000, login: false });
      return newOutputs.length > 0 ? silence() : runCommand("sleep 3", { yieldTimeMs: 10_000, login: false });
    });
    const threads = [open(model, codex), open(model, codex)] as const;
    // On a busy machine, the start of Codex would count as idle time.
    await Promise.all(threads.map((thread) => thread.run("first")));
    const [long, silent] = await Promise.all([
      rejection(threads[0].run("long", { timeoutMs: 2_500 })),
      rejection(threads[1].run("silent", { idleTimeoutMs: 2_000 })),
    ]);
    expect(long).toMatchObject({ code: "timed_out", limit: "timeoutMs" });
    expect(silent).toMatchObject({ code: "timed_out", limit: "idleTimeoutMs" });
    expect(silent.turn?.items).toMatchObject([{ type: "command_execution", status: "completed" }]);
    expect(commandLinesOf(model).filter((line) => line.includes("sleep 314"))).toEqual([]);
  });

  test("leaving the loop interrupts the turn", async () => {
    const { model, codex } = await setUp([runCommand(stubborn, { yieldTimeMs: 30_000, login: false }), say("next")]);
    const thread = open(model, codex);
    const streamed = await thread.runStreamed("go");
    for await (const event of streamed) if (event.type === "item.started") break;
    expect(commandLinesOf(model).filter((line) => line.includes("sleep 31"))).toEqual([]);
    await expect(streamed.completed()).rejects.toMatchObject({ code: "interrupted" });
    expect((await thread.run("again")).finalResponse).toBe("next");
  });

  test("close ends turns and all processes, and nothing starts after it", async () => {
    const model = await scriptedModel(({ lastUserText }) =>
      lastUserText === "go" ? runCommand(stubborn, { yieldTimeMs: 30_000, login: false }) : say("ok"),
    );
    const codex = codexOn(model, { transport, shutdownGraceMs: 300 });
    const thread = open(model, codex);
    const streamed = await thread.runStreamed("go");
    const waiting = thread.run("a turn that waits for its place");
    waiting.catch(() => undefined);
    await untilCommand(streamed);
    await Promise.all([codex.close(), codex.close()]);
    expect(commandLinesOf(model)).toEqual([]);
    await expect(streamed.completed()).rejects.toMatchObject({ code: "closed" });
    await expect(waiting).rejects.toMatchObject({ code: "closed" });
    await expect(thread.run("again")).rejects.toMatchObject({ code: "closed" });
    await expect(codex.resumeLastThread()).rejects.toMatchObject({ code: "closed" });
    await expect(codex.warm()).rejects.toMatchObject({ code: "closed" });
  });

  test("turns of one thread run one after the other, also through two Thread objects", async () => {
    const { model, codex } = await setUp(({ lastUserText }) => say(`re: ${lastUserText}`));
    const thread = open(model, codex);
    await thread.run("first");
    const same = codex.resumeThread(thread.id!, model.threadOptions());
    const turns = await Promise.all([thread.run("a"), same.run("b"), thread.run("c")]);
    expect(turns.map((turn) => turn.finalResponse)).toEqual(["re: a", "re: b", "re: c"]);
    expect(turns.map((turn) => turn.usage?.input_tokens)).toEqual([10, 10, 10]);
  });

  test("an unknown thread and a directory outside git have their own errors", async () => {
    const { model, codex } = await setUp([]);
    const unknown = codex.resumeThread("01a20222-4e63-7122-a53d-6a8230e28aaa", { skipGitRepoCheck: true });
    const error = await rejection(unknown.run("go"));
    expect(error).toMatchObject({ code: "thread_not_found" });
    expect(error.message).toMatch(/^Thread 01a20222\S* does not exist in CODEX_HOME.*codexHome/);
    const bare = path.join(repository(), "..", `not-git-${process.pid}`);
    mkdirSync(bare, { recursive: true });
    await expect(codex.startThread({ workingDirectory: bare }).run("go")).rejects.toMatchObject({
      code: "not_a_git_repository",
    });
    expect(model.requests).toEqual([]);
  });

  test("a program exits when its turns are done, and leaves nothing behind", async () => {
    const model = await scriptedModel(() => say("ok"));
    const host = await startHost(`
      const codex = new Codex(${JSON.stringify({ ...model.codexOptions(), transport })});
      const thread = codex.startThread(${JSON.stringify(model.threadOptions())});
      const turn = await thread.run("hi");
      if (turn.finalResponse !== "ok") process.exitCode = 7;
      for await (const _ of await thread.runStreamed("hi")) break;
    `);
    expect(await host.ended).toMatchObject({ exitCode: 0, output: "" });
    await expect.poll(() => commandLinesOf(model), { timeout: 5_000 }).toEqual([]);
  });
});

interface Fault {
  step: Step;
  code: string;
  message: RegExp;
  firstItem?: string;
}

const faults: Record<string, Fault> = {
  unauthorized: {
    step: fail(401, { message: "Bad key." }),
    code: "unauthorized",
    message: /401 Unauthorized: Bad key/,
  },
  tooMany: { step: fail(429), code: "rate_limit", message: /429 Too Many Requests/ },
  rateLimit: {
    step: failResponse({ code: "rate_limit_exceeded", message: "Slow down. Please try again in 1.5s" }),
    code: "rate_limit",
    message: /Slow down/,
  },
  quota: { step: failResponse({ code: "insufficient_quota" }), code: "usage_limit", message: /^Quota exceeded/ },
  broken: { step: fail(500), code: "overloaded", message: /high demand/ },
  badRequest: {
    step: fail(400, { message: "Unknown parameter." }),
    code: "bad_request",
    message: /^Unknown parameter\.$/,
  },
  noModel: {
    step: fail(404, { code: "model_not_found", message: "The model `x` does not exist." }),
    code: "model_not_found",
    message: /^The model `x` does not exist/,
  },
  cut: {
    step: [reason("Hm."), cut({ text: "half" })],
    code: "stream_disconnected",
    message: /^stream disconnected/,
    firstItem: "reasoning",
  },
  context: {
    step: failResponse({ code: "context_length_exceeded" }),
    code: "context_window_exceeded",
    message: /context window/,
  },
};

async function rejection(promise: Promise<unknown>): Promise<CodexError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!CodexError.isInstance(error)) throw new Error(`This should have been a CodexError: ${String(error)}`);
  return error;
}

function isGrowth(event: ThreadEvent): boolean {
  return event.type === "item.updated" && event.item.type !== "todo_list";
}

function nameOf(event: ThreadEvent): string {
  return "item" in event ? `${event.type} ${event.item.type}` : event.type;
}

async function untilCommand(streamed: StreamedTurn): Promise<void> {
  for (;;) {
    const { value, done } = await streamed.events.next();
    if (done || (value.type === "item.started" && value.item.type === "command_execution")) return;
  }
}
