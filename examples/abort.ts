// Three ways to end a turn early, with its commands: a signal, a timeout, and leaving the loop.
import assert from "node:assert/strict";
import { Codex, TurnInterruptedError, TurnTimedOutError } from "codex-sdk";
import { ScriptedModel, runCommand, say } from "codex-sdk/testing";

await using model = await ScriptedModel.start([
  runCommand("sleep 600"),
  runCommand("sleep 600"),
  runCommand("sleep 600"),
  say("Here I am."),
]);
await using codex = new Codex(model.codexOptions());
const thread = codex.startThread(model.threadOptions());

// A signal, for example from a Cancel button.
const controller = new AbortController();
const streamed = await thread.runStreamed("Wait", { signal: controller.signal });
try {
  for await (const event of streamed) {
    if (event.type === "item.started") controller.abort(new Error("The user pressed Cancel."));
  }
  assert.fail("The turn was aborted.");
} catch (error) {
  assert(error instanceof TurnInterruptedError);
  console.log(error.message, `Cause: ${String(error.cause)}`);
  // The partial result is kept.
  assert.equal(error.turn?.items[0]?.type, "command_execution");
}

// A timeout.
await assert.rejects(thread.run("Wait", { timeoutMs: 1_000 }), (error) => {
  assert(error instanceof TurnTimedOutError);
  console.log(error.message);
  return error.limit === "timeoutMs";
});

// Leaving the loop over the events.
for await (const event of await thread.runStreamed("Wait")) {
  if (event.type === "item.started") break;
}

// You can start the next turn immediately.
const turn = await thread.run("Are you there?");
console.log(turn.finalResponse);
assert.equal(turn.finalResponse, "Here I am.");
