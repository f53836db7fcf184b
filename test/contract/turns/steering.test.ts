// Adding input to a running turn, and interrupting it.
import { expect, test } from "vitest";
import { deferred } from "../../../src/internal/deferred.js";
import { InvalidInputError, TurnInterruptedError } from "../../../src/index.js";
import type { StreamedTurn, ThreadItem } from "../../../src/index.js";
import { runCommand, say, silence, until } from "../../../src/testing/index.js";
import type { Script } from "../../../src/testing/index.js";
import { processesWith } from "../../support/processes.js";
import { repository, warmCodex } from "../../support/workspace.js";

async function setUp(script: Script, options: { sandboxMode?: "danger-full-access" } = {}) {
  const { model, codex } = await warmCodex(script, { shutdownGraceMs: 300 });
  const workingDirectory = repository();
  const start = () => codex.startThread({ ...model.threadOptions(), workingDirectory, ...options });
  return { model, codex, thread: start(), start };
}

test("steered input reaches the model in the running turn, in order", async () => {
  const gate = deferred<void>();
  const { model, thread } = await setUp([
    [until(gate.promise), runCommand("true", { login: false })],
    say("Blue it is."),
  ]);
  const streamed = await thread.runStreamed("Paint it red.");
  await model.waitForRequest(1);
  expect(await streamed.steer("No, blue.")).toBe(true);
  expect(await streamed.steer([{ type: "text", text: "And quickly." }])).toBe(true);
  gate.resolve();
  const turn = await streamed.completed();
  expect(turn.finalResponse).toBe("Blue it is.");
  expect(model.requests).toHaveLength(2);
  expect(model.requests[1]?.userTexts).toEqual(["Paint it red.", "No, blue.", "And quickly."]);
  expect(model.requests[1]?.turnId).toBe(turn.id);
});

test("input that is steered in while the final answer is written is answered too", async () => {
  const gate = deferred<void>();
  const { model, thread } = await setUp([[say("Red"), until(gate.promise)], say("Blue.")]);
  const streamed = await thread.runStreamed("Paint it.");
  await model.waitForRequest(1);
  expect(await streamed.steer("Blue!")).toBe(true);
  gate.resolve();
  expect((await streamed.completed()).finalResponse).toBe("Blue.");
});

test("input steered in before or after the turn is not accepted", async () => {
  const gate = deferred<void>();
  const { model, thread, codex } = await setUp([[until(gate.promise), say("One.")], say("Two.")]);
  const first = await thread.runStreamed("One?");
  const second = await thread.runStreamed("Two?");
  await model.waitForRequest(1);
  expect(await second.steer("Too early.")).toBe(false);
  gate.resolve();
  await first.completed();
  expect(await first.steer("Too late, and another turn runs.")).toBe(false);
  await second.completed();
  expect(await second.steer("Too late.")).toBe(false);
  await codex.close();
  expect(await second.steer("Too late by far.")).toBe(false);
  expect(model.requests.at(-1)?.userTexts).toEqual(["One?", "Two?"]);
});

test("invalid input is rejected, and the turn continues", async () => {
  const gate = deferred<void>();
  const { model, thread } = await setUp([[until(gate.promise), say("Done.")]]);
  const streamed = await thread.runStreamed("Go.");
  await model.waitForRequest(1);
  await expect(streamed.steer([{ type: "local_image", path: "/nowhere.png" }])).rejects.toBeInstanceOf(
    InvalidInputError,
  );
  await expect(streamed.steer([])).rejects.toBeInstanceOf(InvalidInputError);
  gate.resolve();
  expect((await streamed.completed()).finalResponse).toBe("Done.");
});

test("a review does not accept more input", async () => {
  const { model, thread } = await setUp([silence()]);
  const review = await thread.review({ type: "custom", instructions: "Look." });
  await model.waitForRequest(1);
  expect(await review.steer("Look closer.")).toBe(false);
  await review.interrupt();
});

test("input steered in after an interrupt is not accepted", async () => {
  const { model, thread } = await setUp([silence()]);
  const streamed = await thread.runStreamed("Go.");
  await model.waitForRequest(1);
  const interrupted = streamed.interrupt();
  expect(await streamed.steer("Wait!")).toBe(false);
  await interrupted;
  await expect(streamed.completed()).rejects.toBeInstanceOf(TurnInterruptedError);
});

const long = (marker: string) => runCommand(`exec -a ${marker} sleep 600`, { login: false, yieldTimeMs: 250 });

test("an interrupt keeps the partial result, ends the turn's commands, and does not affect other turns", async () => {
  const name = (part: string) => `codex-sdk-steering-${process.pid}-${part}`;
  const { model, thread, start } = await setUp(
    (request) => {
      const turn = request.lastUserText;
      const isFirst = request.newOutputs.length === 0;
      if (turn === "server") return isFirst ? long(name("server")) : say("It runs.");
      if (turn === "other") return isFirst ? long(name("other")) : silence();
      if (turn === "next") return say("Hello.");
      return isFirst ? [say("I begin.", { phase: "commentary" }), stubborn(name("stubborn"))] : silence();
    },
    { sandboxMode: "danger-full-access" },
  );
  const stubborn = (marker: string) =>
    runCommand(`trap '' TERM; setsid bash -c 'exec -a ${marker} sleep 600' & sleep 1; echo up; wait`, {
      login: false,
      yieldTimeMs: 2_000,
    });
  await thread.run("server");
  const other = await start().runStreamed("other");
  const streamed = await thread.runStreamed("stubborn");
  await model.waitForRequest(({ lastUserText, newOutputs }) => lastUserText === "stubborn" && newOutputs.length > 0);
  await model.waitForRequest(({ lastUserText, newOutputs }) => lastUserText === "other" && newOutputs.length > 0);
  expect([name("server"), name("other"), name("stubborn")].map((each) => processesWith(each).length > 0)).toEqual([
    true,
    true,
    true,
  ]);

  await streamed.interrupt();
  expect(await itemsLeft(streamed)).toMatchObject([
    { type: "agent_message", text: "I begin." },
    { type: "command_execution", aggregated_output: "up\n" },
  ]);
  expect(processesWith(name("stubborn"))).toEqual([]);
  expect(processesWith(name("server"))).toHaveLength(1);
  expect(processesWith(name("other"))).toHaveLength(1);
  expect((await thread.run("next")).finalResponse).toBe("Hello.");
  await other.interrupt();
  expect(processesWith(name("other"))).toEqual([]);
});

test("an interrupt has completed when it resolves, however often it is called", async () => {
  const { model, thread } = await setUp([silence(), say("Hello.")]);
  const streamed = await thread.runStreamed("Go.");
  await model.waitForRequest(1);
  await Promise.all([streamed.interrupt(), streamed.interrupt()]);
  await streamed.interrupt();
  await expect(streamed.completed()).rejects.toMatchObject({ code: "interrupted", turn: { items: [] } });
  expect((await thread.run("Still there?")).finalResponse).toBe("Hello.");
});

test("an interrupt of a turn that has ended has no effect", async () => {
  const { thread } = await setUp([say("Done.")]);
  const streamed = await thread.runStreamed("Go.");
  await streamed.completed();
  await streamed.interrupt();
  expect((await streamed.completed()).finalResponse).toBe("Done.");
});

test("an interrupt of a queued turn sends nothing", async () => {
  const gate = deferred<void>();
  const { model, thread } = await setUp([[until(gate.promise), say("One.")]]);
  const first = await thread.runStreamed("One?");
  const second = await thread.runStreamed("Two?");
  await model.waitForRequest(1);
  await second.interrupt();
  await expect(second.completed()).rejects.toBeInstanceOf(TurnInterruptedError);
  gate.resolve();
  expect((await first.completed()).finalResponse).toBe("One.");
  expect(model.requests).toHaveLength(1);
});

async function itemsLeft(streamed: StreamedTurn): Promise<ThreadItem[]> {
  const error: unknown = await streamed.completed().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(TurnInterruptedError);
  return (error as TurnInterruptedError).turn?.items ?? [];
}
