// The agent asks before it acts: policies answer known requests, and a person decides the others.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Codex, approvals } from "codex-sdk";
import { ScriptedModel, patch, runCommand, say } from "codex-sdk/testing";

const workingDirectory = mkdtempSync(join(tmpdir(), "approvals-"));
mkdirSync(join(workingDirectory, "notes"));
const outside = (command: string) =>
  runCommand(command, { escalate: "It must run outside the sandbox.", login: false });
await using model = await ScriptedModel.start([
  outside("git --version"),
  outside("git --version; touch surprise"),
  outside("ls --color=always"),
  outside("./git --version"),
  outside("rm -rf everything"),
  patch({ "notes/today.md": { add: "Sunny.\n" } }),
  patch({ "package.json": { add: "{}\n" } }),
  say("I did what was allowed."),
]);
await using codex = new Codex(model.codexOptions());

/** Represents the person at the terminal. */
const questions: string[] = [];
const onApproval = approvals.firstOf(
  approvals.deny({ commands: ["rm *"], reason: "Nothing is removed without a backup." }),
  approvals.allow({ commands: ["git --version", "ls *"], paths: ["notes/**"] }),
  approvals.ask((question, request) => {
    questions.push(question);
    if (request.type === "file_change") console.log(request.changes.map(({ diff }) => diff).join(""));
    return false;
  }),
);
const thread = codex.startThread(
  model.threadOptions({ workingDirectory, sandboxMode: "read-only" as const, onApproval }),
);

const turn = await thread.run("Tidy up");
for (const item of turn.items) {
  if (item.type === "command_execution") console.log(item.status.padEnd(9), item.command);
  if (item.type === "file_change") console.log(item.status.padEnd(9), item.changes.map(({ path }) => path).join(", "));
}
console.log("A person was asked:", questions);
console.log(turn.finalResponse);

const statuses = turn.items.map((item) => ("status" in item ? item.status : item.type));
assert.deepEqual(statuses, [
  "completed",
  "declined",
  "declined",
  "declined",
  "declined",
  "completed",
  "declined",
  "agent_message",
]);
// The rules do not cover a chain, an option, or a program in the workspace.
assert.equal(questions.length, 4);
assert.match(questions[0] ?? "", /^Run ".*touch surprise.*" in ".*" outside the sandbox/);
assert(existsSync(join(workingDirectory, "notes/today.md")));
assert(!existsSync(join(workingDirectory, "surprise")));
// The agent has received the reason.
assert(model.requests.some(({ lastUserText }) => lastUserText.includes("Nothing is removed without a backup.")));
rmSync(workingDirectory, { recursive: true });
