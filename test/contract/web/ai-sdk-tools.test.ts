// Tools and approvals of the AI SDK 7 during turns of the real Codex.
import { generateText, isStepCount, tool, ToolLoopAgent } from "ai";
import type { ModelMessage } from "ai";
import { expect, test } from "vitest";
import { createCodexProvider } from "../../../src/ai-sdk/index.js";
import type { ApprovalHandler, StreamedTurn } from "../../../src/index.js";
import { deferred } from "../../../src/internal/deferred.js";
import { callTool, runCommand, say, until } from "../../../src/testing/index.js";
import { scripted, codex, directory, steps, model, last, weather, setUpProvider } from "./codex-provider.js";

setUpProvider();

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
