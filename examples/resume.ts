// Resumes a thread in another process: by its ID, or the last one of a directory.
import assert from "node:assert/strict";
import { Codex } from "codex-sdk";
import { ScriptedModel, say } from "codex-sdk/testing";

await using model = await ScriptedModel.start([
  say("I will remember 42."),
  ({ userTexts }) => say(`You told me: ${userTexts[0]}`),
  ({ userTexts }) => say(`${userTexts.length} messages from you.`),
]);

const first = new Codex(model.codexOptions());
const thread = first.startThread(model.threadOptions());
await thread.run("Remember 42");
const { id } = thread;
assert(id !== null);
console.log(`Thread ${id}`);
await first.close();

// Another Codex, as in another program: the history is in CODEX_HOME.
await using second = new Codex(model.codexOptions());
const resumed = second.resumeThread(id, model.threadOptions());
const turn = await resumed.run("What did I tell you?");
console.log(turn.finalResponse);
assert.equal(turn.finalResponse, "You told me: Remember 42");

// Without an ID: the thread of this working directory that was used last.
const last = await second.resumeLastThread(model.threadOptions());
const { finalResponse } = await last.run("How many messages?");
console.log(finalResponse);
assert.equal(last.id, id);
assert.equal(finalResponse, "3 messages from you.");
