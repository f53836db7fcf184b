// Steers a running turn, or interrupts it and keeps its partial result.
import assert from "node:assert/strict";
import { Codex, TurnInterruptedError } from "codex-sdk";
import { ScriptedModel, runCommand, say } from "codex-sdk/testing";

await using model = await ScriptedModel.start([
  runCommand("echo painting the fence red; sleep 1", { login: false }),
  ({ lastUserText }) => say(lastUserText.includes("blue") ? "Painting it blue." : "Red it is."),
  [say("I begin with the roof.", { phase: "commentary" }), runCommand("sleep 600", { login: false })],
  say("Here I am."),
]);
await using codex = new Codex(model.codexOptions());
const thread = codex.startThread(model.threadOptions());

const painting = await thread.runStreamed("Paint the fence red");
for await (const event of painting) {
  if (event.type !== "item.started" || event.item.type !== "command_execution") continue;
  const taken = await painting.steer("No, blue!");
  console.log("steered:", taken);
  assert.equal(taken, true);
}
const { finalResponse } = await painting.completed();
console.log(finalResponse);
assert.equal(finalResponse, "Painting it blue.");
// The turn has ended, so input is no longer accepted.
assert.equal(await painting.steer("Or green?"), false);

const building = await thread.runStreamed("Build a house");
for await (const event of building.events) {
  if (event.type === "item.started" && event.item.type === "command_execution") break;
}
// Leaving the loop has interrupted the turn. `building.interrupt()` does the same.
await building.interrupt();
await assert.rejects(building.completed(), (error) => {
  assert(error instanceof TurnInterruptedError);
  for (const item of error.turn?.items ?? []) console.log("kept:", item.type);
  return error.turn?.items[0]?.type === "agent_message";
});

const next = await thread.run("Are you there?");
console.log(next.finalResponse);
assert.equal(next.finalResponse, "Here I am.");
