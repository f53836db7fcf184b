// Codex as a language model of the AI SDK 7, with the real Codex. Together with ai-sdk-tools.test.ts, it tests each row of
// ours in docs/ai-sdk.md.
import { generateText, streamText, Output } from "ai";
import type { ModelMessage } from "ai";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { createCodexProvider } from "../../../src/ai-sdk/index.js";
import { priceTable } from "../../../src/cost/index.js";
import { Codex } from "../../../src/index.js";
import type { StreamedTurn } from "../../../src/index.js";
import { callTool, fail, reason, respond, runCommand, say, silence } from "../../../src/testing/index.js";
import { image } from "../../input/images.js";
import { scripted, directory, provider, steps, model, last, weather, setUpProvider } from "./codex-provider.js";

setUpProvider();

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
    say("All done.", { pieces: ["All ", "done."], pauseMs: 300 }),
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

test("with prices, the metadata has the cost of the call", async () => {
  const prices = priceTable({ "gpt-5.5": { input: 1, output: 10 } });
  const priced = new Codex({ ...scripted.codexOptions(), prices });
  onTestFinished(() => priced.close());
  const { model: _, ...options } = scripted.threadOptions({ workingDirectory: directory });
  steps.push(respond(say("Hello."), { usage: { input: 1_000_000, output: 100_000 } }));
  const { finalStep } = await generateText({ model: createCodexProvider(priced, options)("gpt-5.5"), prompt: "Hi." });
  expect(finalStep.providerMetadata?.["codex"]).toMatchObject({ cost: { usd: 2 } });
});

test("the provider lists models, and does not support embeddings", async () => {
  expect((await provider.listModels()).length).toBeGreaterThan(0);
  expect(() => provider.embeddingModel("x")).toThrow(expect.objectContaining({ name: "AI_NoSuchModelError" }));
});
