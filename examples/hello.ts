// The smallest program: one thread with two turns.
import assert from "node:assert/strict";
import { Codex } from "codex-sdk";
import { ScriptedModel, runCommand, say } from "codex-sdk/testing";

await using model = await ScriptedModel.start([
  runCommand("echo hello from the sandbox"),
  ({ lastOutput }) =>
    say(lastOutput.includes("hello from the sandbox") ? "The command printed hello." : "It printed nothing."),
  ({ userTexts }) => say(`You asked ${userTexts.length} things.`),
]);
// With your own account: `new Codex()`, and `startThread()` without options.
await using codex = new Codex(model.codexOptions());
const thread = codex.startThread(model.threadOptions());

const turn = await thread.run("Say hello with a command");
console.log(turn.finalResponse);
for (const item of turn.items) console.log("-", item.type);
assert.equal(turn.finalResponse, "The command printed hello.");
assert.deepEqual(
  turn.items.map((item) => item.type),
  ["command_execution", "agent_message"],
);

const second = await thread.run("How many things did I ask?");
console.log(second.finalResponse);
assert.equal(second.finalResponse, "You asked 2 things.");
