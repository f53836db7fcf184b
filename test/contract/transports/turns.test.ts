// Turns over both transports: items, usage, events, input and settings.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { ThreadEvent } from "../../../src/index.js";
import { patch, plan, reason, respond, runCommand, say, together } from "../../../src/testing/index.js";
import { codexOn, repository } from "../../support/workspace.js";
import { openOver, transports } from "./open-over.js";

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe.each(transports)("%s", (transport) => {
  const { setUp, open } = openOver(transport);

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

  test("turns of one thread run one after the other, also through two Thread objects", async () => {
    const { model, codex } = await setUp(({ lastUserText }) => say(`re: ${lastUserText}`));
    const thread = open(model, codex);
    await thread.run("first");
    const same = codex.resumeThread(thread.id!, model.threadOptions());
    const turns = await Promise.all([thread.run("a"), same.run("b"), thread.run("c")]);
    expect(turns.map((turn) => turn.finalResponse)).toEqual(["re: a", "re: b", "re: c"]);
    expect(turns.map((turn) => turn.usage?.input_tokens)).toEqual([10, 10, 10]);
  });
});

function isGrowth(event: ThreadEvent): boolean {
  return event.type === "item.updated" && event.item.type !== "todo_list";
}

function nameOf(event: ThreadEvent): string {
  return "item" in event ? `${event.type} ${event.item.type}` : event.type;
}
