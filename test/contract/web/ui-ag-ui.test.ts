// A turn of the real Codex as AG-UI events.
import { EventSchema } from "@ag-ui/core/schemas";
import { expect, test } from "vitest";
import { toAgUiResponse, toAgUiStream, TurnHub } from "../../../src/ui/index.js";
import type { AgUiEvent } from "../../../src/ui/index.js";
import { fail, patch, plan, reason, runCommand, say, silence } from "../../../src/testing/index.js";
import { all, eventsOf } from "../../ui/ui-chunks.js";
import { codexOn, scriptedModel, temporaryDirectory } from "../../support/workspace.js";

/** Checks each event with the schema of `@ag-ui/core`, which must not find unknown content. */
function expectValid(events: readonly AgUiEvent[]): void {
  for (const event of events) expect(EventSchema.parse(event)).toEqual(event);
}

test("a turn with every kind of item, a failed turn, an interrupted turn and a turn that waits for an approval are valid AG-UI", async () => {
  const model = await scriptedModel([
    [reason("I look."), plan(["fix"]), runCommand("sleep 0.2; echo one; sleep 0.1", { login: false })],
    patch({ "note.txt": { add: "hello\n" } }),
    say("All done.", { pieces: ["All ", "done."] }),
    fail(429),
    silence(),
    runCommand("printf yes", { escalate: "May I?", login: false }),
  ]);
  const codex = codexOn(model);
  const workingDirectory = temporaryDirectory();
  const options = model.threadOptions({ workingDirectory, sandboxMode: "workspace-write" as const, planTool: true });
  const thread = codex.startThread(options);
  const turn = await thread.runStreamed("Do it.");
  const response = toAgUiResponse(turn, { runId: "run-1" });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const events = eventsOf(await response.text()).map((event): AgUiEvent => JSON.parse(event));
  expectValid(events);
  const { usage } = await turn.completed();
  const tokens = { inputTokens: usage?.input_tokens, outputTokens: usage?.output_tokens };
  expect(typesOf(events)).toEqual([
    "RUN_STARTED",
    "REASONING_START",
    "REASONING_MESSAGE_START",
    "REASONING_MESSAGE_CONTENT",
    "REASONING_MESSAGE_END",
    "REASONING_END",
    "ACTIVITY_SNAPSHOT",
    "TOOL_CALL_START",
    "TOOL_CALL_ARGS",
    "TOOL_CALL_END",
    "CUSTOM",
    "TOOL_CALL_RESULT",
    "TOOL_CALL_START",
    "TOOL_CALL_ARGS",
    "TOOL_CALL_END",
    "TOOL_CALL_RESULT",
    "ACTIVITY_SNAPSHOT",
    "TEXT_MESSAGE_START",
    "TEXT_MESSAGE_CONTENT",
    "TEXT_MESSAGE_END",
    "ACTIVITY_SNAPSHOT",
    "ACTIVITY_SNAPSHOT",
    "RUN_FINISHED",
  ]);
  expect(events.at(0)).toEqual({ type: "RUN_STARTED", threadId: thread.id, runId: "run-1" });
  expect(events.at(-1)).toMatchObject({
    outcome: { type: "success" },
    usage: [tokens],
    result: { threadId: thread.id },
  });
  expect(events.find(({ type }) => type === "CUSTOM")).toMatchObject({
    name: "codex.tool_output",
    value: { delta: "one\n" },
  });

  const failed = await all(toAgUiStream(await thread.runStreamed("Fail.")));
  expectValid(failed);
  expect(failed.at(-1)).toMatchObject({ type: "RUN_ERROR", code: "rate_limit" });

  const waiting = await thread.runStreamed("Wait.");
  const interrupted: AgUiEvent[] = [];
  for await (const event of toAgUiStream(waiting, { threadId: "mine" })) {
    interrupted.push(event);
    if (event.type === "RUN_STARTED") void model.waitForRequest(5).then(() => waiting.interrupt());
  }
  expectValid(interrupted);
  expect(interrupted.at(-1)).toMatchObject({ type: "RUN_FINISHED", threadId: "mine", outcome: { type: "cancelled" } });

  const live = new TurnHub().open();
  const asking = codex.resumeThread(thread.id!, { ...options, ...live.handlers });
  live.follow(await asking.runStreamed("Ask."));
  const parked = (await all(live.agUiEvents({}, { park: true }))).flat().map(({ value }) => value);
  expectValid(parked);
  const interrupts = [
    { id: live.approvals[0]!.id, reason: "approval", toolCallId: expect.any(String), message: "May I?" },
  ];
  expect(parked.at(-1)).toMatchObject({ type: "RUN_FINISHED", outcome: { type: "interrupt", interrupts } });
  await live.stop();
});

/** A slow machine merges pieces of a text, so the same type several times in a row counts once. */
function typesOf(events: readonly { type: string }[]): string[] {
  const isRepeated = (type: string, index: number) =>
    type === "TEXT_MESSAGE_CONTENT" && events[index - 1]?.type === type;
  return events.map(({ type }) => type).filter((type, index) => !isRepeated(type, index));
}
