// Forks a thread after a turn: the fork has the history up to it, and both continue.
import assert from "node:assert/strict";
import { Codex } from "codex-sdk";
import { ScriptedModel, say } from "codex-sdk/testing";

await using model = await ScriptedModel.start(({ lastUserText }) => say(`Done: ${lastUserText}`));
await using codex = new Codex(model.codexOptions());

const thread = codex.startThread(model.threadOptions());
const plan = await thread.run("Plan the migration");
await thread.run("Do it in one go");
assert(plan.id !== null);

const careful = await thread.fork({ atTurn: plan.id });
const [one, other] = await Promise.all([thread.run("Now the tests"), careful.run("Do it step by step")]);
console.log(one.finalResponse);
console.log(other.finalResponse);

// The messages of each of them, with each turn's tokens.
for (const branch of [thread, careful]) {
  console.log(`\n${branch.id}`);
  for (const turn of await branch.history()) {
    const asked = turn.input.map((part) => (part.type === "text" ? part.text : `[${part.type}]`)).join(" ");
    console.log(`  ${asked} -> ${turn.finalResponse} (${turn.usage?.output_tokens} tokens)`);
  }
}
const answers = (await careful.history()).map((turn) => turn.finalResponse);
assert.deepEqual(answers, ["Done: Plan the migration", "Done: Do it step by step"]);
assert.equal((await codex.readThread(other.threadId)).forkedFromId, one.threadId);
