// Codex as a language model of the AI SDK 7, with the real Codex. Every row of ours in docs/ai-sdk.md has a test here.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { generateText, isStepCount, Output, streamText, tool, ToolLoopAgent } from "ai";
import type { ModelMessage } from "ai";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { createCodexProvider } from "../../../src/ai-sdk/index.js";
import { priceTable } from "../../../src/cost/index.js";
import { Codex } from "../../../src/index.js";
import type { ApprovalHandler, StreamedTurn } from "../../../src/index.js";
import { deferred } from "../../../src/internal/deferred.js";
import {
  callTool,
  fail,
  reason,
  respond,
  runCommand,
  say,
  ScriptedModel,
  silence,
  until,
} from "../../../src/testing/index.js";
import type { Step } from "../../../src/testing/index.js";
import { image } from "../../input/images.js";

let scripted: ScriptedModel;
let codex: Codex;
let directory: string;
let provider: ReturnType<typeof createCodexProvider>;
const steps: Step[] = [];

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "codex-sdk-ai-"));
  scripted = await ScriptedModel.start(() => steps.shift() ?? say("Nothing is left to say."));
  codex = new Codex(scripted.codexOptions());
  const { model: _, ...options } = scripted.threadOptions({
    workingDirectory: directory,
    sandboxMode: "workspace-write" as const,
  });
  provider = createCodexProvider(codex, options);
});
beforeEach(() => {
  steps.length = 0;
});
afterAll(async () => {
  await codex.close();
  await scripted.close();
  rmSync(directory, { recursive: true, force: true });
});

const model = () => provider("gpt-5.5");
const last = () => scripted.requests.at(-1)!;

test("generateText returns text, reasoning, commands, usage and metadata, and threadId continues the thread", async () => {
  steps.push(
    [reason("I look."), runCommand("printf one", { login: false })],
    respond(say("Done."), { usage: { input: 900, cached: 800, output: 20, reasoning: 5 } }),
  );
  const result = await generateText({ model: model(), instructions: "Be brief.", prompt: "Do it." });
  expect(result.text).toBe("Done.");
  expect(result.reasoningText).toBe("I look.");
  expect(result.finishReason).toBe("stop");
  expect(result.toolCalls).toMatchObject([{ toolName: "codex.command", providerExecuted: true, dynamic: true }]);
  expect(result.toolResults).toMatchObject([{ output: { output: "one", exitCode: 0 } }]);
  expect(result.usage).toMatchObject({
    inputTokens: 910,
    outputTokens: 25,
    inputTokenDetails: { cacheReadTokens: 800 },
    outputTokenDetails: { reasoningTokens: 5 },
  });
  const { threadId, turnId, usage } = result.finalStep.providerMetadata!["codex"]!;
  expect({ threadId, turnId, usage }).toMatchObject({
    threadId: expect.any(String),
    turnId: expect.any(String),
    usage: { input_tokens: 910 },
  });
  expect(last().instructions).toContain("Be brief.");
  steps.push(say("Again."));
  const messages: ModelMessage[] = [
    { role: "user", content: "Do it." },
    ...result.responseMessages,
    { role: "user", content: "And?" },
  ];
  const next = await generateText({
    model: model(),
    messages,
    providerOptions: { codex: { threadId: threadId! } },
  });
  expect(next.text).toBe("Again.");
  expect(next.finalStep.providerMetadata!["codex"]!["threadId"]).toBe(threadId);
  expect(last().userTexts).toEqual(["Do it.", "And?"]);
});

test("without threadId a conversation starts a new thread, which receives the previous messages", async () => {
  steps.push(say("Blue."));
  const messages: ModelMessage[] = [
    { role: "user", content: "I like blue." },
    { role: "assistant", content: "Noted." },
    { role: "user", content: "What do I like?" },
  ];
  expect((await generateText({ model: model(), messages })).text).toBe("Blue.");
  expect(last().userTexts.join("\n")).toContain("user: I like blue.\n\nassistant: Noted.");
  expect(last().lastUserText).toContain("What do I like?");
});

test("streamText streams text while it is written, and preliminary outputs of commands", async () => {
  steps.push(
    runCommand("sleep 0.2; echo one; sleep 0.2; echo two", { login: false }),
    say("All done.", { pieces: ["All ", "done."], pauseMs: 30 }),
  );
  const result = streamText({
    model: model(),
    prompt: "Do it.",
    include: { rawChunks: true },
    providerOptions: { codex: { preliminaryOutputs: true } },
  });
  const parts = [];
  for await (const part of result.fullStream) parts.push(part);
  expect(parts.filter(({ type }) => type === "text-delta")).toMatchObject([{ text: "All " }, { text: "done." }]);
  const results = parts.filter((part) => part.type === "tool-result");
  expect(results.map((part) => part.output)).toMatchObject([
    { output: "one\n", exitCode: null },
    { output: "one\ntwo\n", exitCode: null },
    { output: "one\ntwo\n", exitCode: 0 },
  ]);
  expect(
    parts.some((part) => part.type === "raw" && (part.rawValue as { type: string }).type === "item.completed"),
  ).toBe(true);
});

test("Output.object returns an object: streamed if all properties are required, complete if a property is optional", async () => {
  const strict = z.object({ city: z.string(), sunny: z.boolean() });
  const answer = JSON.stringify({ city: "Rome", sunny: true });
  steps.push(say(answer, { pieces: 4, phase: "final_answer" }));
  const streamed = streamText({ model: model(), prompt: "Weather?", output: Output.object({ schema: strict }) });
  const partial = [];
  for await (const object of streamed.partialOutputStream) partial.push(object);
  expect(partial.length).toBeGreaterThan(1);
  expect(await streamed.output).toEqual({ city: "Rome", sunny: true });
  expect(last().outputSchema).toMatchObject({ properties: { city: {}, sunny: {} } });
  const loose = z.object({ city: z.string(), wind: z.string().optional() });
  steps.push(
    [say("I look.", { phase: "commentary" }), runCommand("true", { login: false })],
    say('{"city":"Rome","wind":null}'),
  );
  const { output } = await generateText({
    model: model(),
    prompt: "Weather?",
    output: Output.object({ schema: loose }),
  });
  expect(output).toEqual({ city: "Rome" });
  steps.push(say('{"city":1}'));
  await expect(
    generateText({ model: model(), prompt: "x", output: Output.object({ schema: strict }) }),
  ).rejects.toMatchObject({ name: "AI_NoObjectGeneratedError" });
});

const weather = tool({
  description: "The weather of a city.",
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) =>
    city === "Atlantis" ? Promise.reject(new Error("It has sunk.")) : { weather: `Sunny in ${city}` },
});

test("an agent runs AI SDK tools in the middle of one turn, and errors of tools reach the model", async () => {
  steps.push(
    [say("I ask. ", { phase: "commentary" }), callTool("weather", { city: "Rome" })],
    callTool("weather", { city: "Atlantis" }),
    say("Sunny.", { phase: "final_answer" }),
  );
  const agent = new ToolLoopAgent({ model: model(), tools: { weather }, stopWhen: isStepCount(5) });
  const before = scripted.requests.length;
  const result = await agent.generate({ prompt: "Weather?" });
  expect(result.text).toBe("Sunny.");
  expect(result.steps.map(({ finishReason }) => finishReason)).toEqual(["tool-calls", "tool-calls", "stop"]);
  expect(result.steps[0]?.toolResults).toMatchObject([{ output: { weather: "Sunny in Rome" } }]);
  const [, second, third] = scripted.requests.slice(before);
  expect(second?.lastOutput).toContain("Sunny in Rome");
  expect(third?.lastOutput).toContain("It has sunk.");
  expect(new Set(scripted.requests.slice(before).map(({ turnId }) => turnId)).size).toBe(1);
});

test.each([
  [true, "Sunny in Rome"],
  [false, "The user did not allow this call. Reason: No."],
])("a tool that needs approval waits for the user (approved: %s)", async (approved, seen) => {
  steps.push(callTool("weather", { city: "Rome" }), say("Done."));
  const tools = { weather: tool({ ...weather, needsApproval: true }) };
  const messages: ModelMessage[] = [{ role: "user", content: "Weather?" }];
  const first = await generateText({ model: model(), tools, messages });
  const asked = first.content.find((part) => part.type === "tool-approval-request")!;
  messages.push(...first.responseMessages, {
    role: "tool",
    content: [{ type: "tool-approval-response", approvalId: asked.approvalId, approved, reason: "No." }],
  });
  const second = await generateText({ model: model(), tools, messages });
  expect(second.text).toBe("Done.");
  expect(last().lastOutput).toContain(seen);
});

test.each([
  [true, "yes"],
  [false, "rejected by user"],
])("with askApproval, approvals of Codex are approvals of the AI SDK (approved: %s)", async (approved, seen) => {
  steps.push(runCommand("printf yes", { escalate: "May I?", login: false }), say("Done."));
  const providerOptions = { codex: { askApproval: true } };
  const messages: ModelMessage[] = [{ role: "user", content: "Do it." }];
  const first = await generateText({ model: model(), messages, providerOptions });
  const asked = first.content.find((part) => part.type === "tool-approval-request")!;
  expect(asked).toMatchObject({ toolCall: { toolName: "codex.command" } });
  messages.push(...first.responseMessages, {
    role: "tool",
    content: [{ type: "tool-approval-response", approvalId: asked.approvalId, approved, providerExecuted: true }],
  });
  const second = await generateText({ model: model(), messages, providerOptions });
  expect(second.text).toBe("Done.");
  expect(
    last()
      .newOutputs.map(({ text }) => text)
      .join(),
  ).toContain(seen);
});

test("images reach the model, text files are quoted, and other files are saved for the agent", async () => {
  steps.push(say("Seen."));
  await generateText({
    model: model(),
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "Look." },
          { type: "file", data: image("image/png"), mediaType: "image/png" },
          { type: "file", data: Buffer.from("a,b\n1,2"), mediaType: "text/csv", filename: "../../t.csv" },
          { type: "file", data: Buffer.from("%PDF"), mediaType: "application/pdf", filename: "a b.pdf" },
        ],
      },
    ],
  });
  const sent = JSON.stringify(last().input);
  expect(sent).toContain("data:image/png;base64,");
  expect(sent).toContain('<file name=\\"t.csv\\">\\na,b\\n1,2');
  expect(sent).toMatch(/application\/pdf\). It is saved at \S*1-a_b.pdf/);
});

test("ignored settings are warnings, and effort and thread options are applied", async () => {
  // The AI SDK itself requires a call.
  steps.push(callTool("weather", { city: "Rome" }));
  const { warnings } = await generateText({
    model: model(),
    prompt: "Hi.",
    temperature: 0.5,
    topP: 0.5,
    topK: 5,
    presencePenalty: 0.1,
    frequencyPenalty: 0.1,
    seed: 1,
    maxOutputTokens: 10,
    stopSequences: ["x"],
    tools: { weather },
    toolChoice: "required",
    headers: { "x-own": "1" },
    reasoning: "low",
    providerOptions: { codex: { baseInstructions: "You are a parrot." } },
  });
  expect(warnings?.map((warning) => warning.type === "unsupported" && warning.feature)).toEqual([
    "temperature",
    "topP",
    "topK",
    "presencePenalty",
    "frequencyPenalty",
    "seed",
    "maxOutputTokens",
    "stopSequences",
    "headers",
    "toolChoice",
  ]);
  expect(last().body).toMatchObject({ reasoning: { effort: "low" } });
  expect(JSON.stringify(last().body)).toContain("You are a parrot.");
  await expect(
    generateText({ model: model(), prompt: "Hi.", providerOptions: { codex: { sandbox: "off" } } }),
  ).rejects.toMatchObject({ code: "invalid_input" });
});

test("an abort ends the turn, and a failed turn is not repeated", async () => {
  steps.push(silence());
  const abort = new AbortController();
  const turns: StreamedTurn[] = [];
  const onTurn = (turn: StreamedTurn) => turns.push(turn);
  const number = scripted.requests.length + 1;
  const running = generateText({
    model: model(),
    prompt: "Hi.",
    abortSignal: abort.signal,
    providerOptions: { codex: { onTurn: onTurn as never } },
  });
  await scripted.waitForRequest(number);
  abort.abort();
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
  await expect(turns[0]!.completed()).rejects.toMatchObject({ code: "interrupted" });
  steps.push(fail(429), say("Repeated."));
  await expect(generateText({ model: model(), prompt: "Hi." })).rejects.toMatchObject({ code: "rate_limit" });
  expect(steps).toHaveLength(1);
});

test("onApproval decides the requests of Codex, and onTurn steers the running turn", async () => {
  const go = deferred<void>();
  steps.push(
    runCommand("printf yes", { escalate: "May I?", login: false }),
    [until(go.promise), runCommand("true", { login: false })],
    say("Done."),
  );
  const asked: unknown[] = [];
  const onApproval: ApprovalHandler = ({ reason: why }) => {
    asked.push(why);
    return "approve";
  };
  const turns: StreamedTurn[] = [];
  const onTurn = (turn: StreamedTurn) => turns.push(turn);
  const second = scripted.requests.length + 2;
  const running = generateText({
    model: model(),
    prompt: "Do it.",
    providerOptions: { codex: { onApproval: onApproval as never, onTurn: onTurn as never } },
  });
  await scripted.waitForRequest(second);
  expect(await turns[0]!.steer("Hurry.")).toBe(true);
  go.resolve();
  expect((await running).text).toBe("Done.");
  expect(asked).toEqual(["May I?"]);
  expect(last().lastUserText).toBe("Hurry.");
});

test("with prices, the metadata has the cost of the call", async () => {
  const prices = priceTable({ "gpt-5.5": { input: 1, output: 10 } });
  const priced = new Codex({ ...scripted.codexOptions(), prices });
  onTestFinished(() => priced.close());
  const { model: _, ...options } = scripted.threadOptions({ workingDirectory: directory });
  steps.push(respond(say("Hello."), { usage: { input: 1_000_000, output: 100_000 } }));
  const { finalStep } = await generateText({ model: createCodexProvider(priced, options)("gpt-5.5"), prompt: "Hi." });
  expect(finalStep.providerMetadata?.["codex"]).toMatchObject({ cost: { usd: 2 } });
});

test("a turn that waits for a tool is abandoned: after a while, and when its thread gets another task", async () => {
  const { model: _, ...options } = scripted.threadOptions({ workingDirectory: directory });
  const hasty = createCodexProvider(codex, { ...options, answerTimeoutMs: 1 })("gpt-5.5");
  const turns: StreamedTurn[] = [];
  const call = { tools: { weather: tool({ ...weather, execute: undefined } as never) }, prompt: "Weather?" };
  const codexOptions = { onTurn: ((turn: StreamedTurn) => turns.push(turn)) as never };
  steps.push(callTool("weather", { city: "Rome" }));
  await generateText({ ...call, model: hasty, providerOptions: { codex: codexOptions } });
  await expect(turns[0]!.completed()).rejects.toMatchObject({ code: "interrupted" });
  steps.push(callTool("weather", { city: "Rome" }), say("Something else."));
  const first = await generateText({ ...call, model: model(), providerOptions: { codex: codexOptions } });
  const threadId = first.finalStep.providerMetadata!["codex"]!["threadId"] as string;
  const next = await generateText({ ...call, model: model(), providerOptions: { codex: { threadId } } });
  expect(next.text).toBe("Something else.");
  await expect(turns[1]!.completed()).rejects.toMatchObject({ code: "interrupted" });
});

test("the provider lists models, and does not support embeddings", async () => {
  expect((await provider.listModels()).length).toBeGreaterThan(0);
  expect(() => provider.embeddingModel("x")).toThrow(expect.objectContaining({ name: "AI_NoSuchModelError" }));
});
