// A turn as it runs: events, streamed text, and the finished turn.
import assert from "node:assert/strict";
import { Codex } from "codex-sdk";
import { ScriptedModel, runCommand, say } from "codex-sdk/testing";

const answer = "Two files are here.";
await using model = await ScriptedModel.start([
  [say("I look around.", { phase: "commentary" }), runCommand("echo one.ts; echo two.ts")],
  say(answer, { phase: "final_answer", pieces: 4, pauseMs: 20 }),
  say(answer, { phase: "final_answer", pieces: ["Two ", "files ", "are ", "here."] }),
]);
await using codex = new Codex(model.codexOptions());
const thread = codex.startThread(model.threadOptions());

// Events: every item is started, updated and completed.
const streamed = await thread.runStreamed("What is here?");
let written = "";
for await (const event of streamed) {
  switch (event.type) {
    case "item.started":
      if (event.item.type === "command_execution") console.log(`$ ${event.item.command}`);
      break;
    case "item.updated":
      if (event.item.type === "agent_message" && event.item.phase === "final_answer") written += event.delta ?? "";
      break;
    case "item.completed":
      if (event.item.type === "command_execution") console.log(event.item.aggregated_output.trimEnd());
      break;
    case "turn.completed":
      console.log(`${event.usage.input_tokens} tokens in, ${event.usage.output_tokens} out`);
      break;
    default:
  }
}
const turn = await streamed.completed();
console.log(turn.finalResponse);
assert.equal(written, answer);
assert.equal(turn.finalResponse, answer);

// Or only the text of the final answer.
const again = await thread.runStreamed("Say it again");
const pieces: string[] = [];
for await (const piece of again.textStream) {
  process.stdout.write(piece);
  pieces.push(piece);
}
process.stdout.write("\n");
assert.equal(pieces.join(""), answer);
