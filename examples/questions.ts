// Questions to the user: by the agent, and by an MCP server with a form and with a page to open.
import assert from "node:assert/strict";
import { join } from "node:path";
import { Codex } from "codex-sdk";
import type { ElicitationHandler, UserInputHandler } from "codex-sdk";
import { ScriptedModel, askUser, callMcpTool, say } from "codex-sdk/testing";

await using model = await ScriptedModel.start([
  askUser({
    id: "database",
    header: "Database",
    question: "Which database shall I use?",
    options: [
      { label: "SQLite", description: "One file, no server." },
      { label: "PostgreSQL", description: "A separate server." },
    ],
  }),
  ({ lastOutput }) => say(lastOutput.includes("SQLite") ? "I will use SQLite." : "I will choose myself."),
  callMcpTool("notes", "sign_in"),
  ({ lastOutput }) => say(lastOutput.includes("signed in as Ann") ? "You are in." : "Nobody signed in."),
]);
await using codex = new Codex(model.codexOptions());

/** Represents a person who selects the first option. */
const onUserInput: UserInputHandler = ({ questions }) => {
  const answers: Record<string, string> = {};
  for (const { id, question, options } of questions) {
    const choice = options?.[0]?.label ?? "";
    console.log(`${question} ${options?.map(({ label }) => label).join(" / ") ?? ""} -> ${choice}`);
    answers[id] = choice;
  }
  return answers;
};

const onElicitation: ElicitationHandler = (request) => {
  if (request.mode === "url") {
    console.log(`${request.server} wants to open ${new URL(request.url).host}: declined`);
    return "decline";
  }
  console.log(`${request.server} asks: ${request.message}`);
  return { action: "accept", content: { name: "Ann" } };
};

const thread = codex.startThread(
  model.threadOptions({
    onUserInput,
    onElicitation,
    mcpServers: {
      notes: { command: process.execPath, args: [join(import.meta.dirname, "mcp/notes-server.mjs")] },
    },
  }),
);

const chosen = await thread.run("Set up the project");
console.log(chosen.finalResponse);
assert.equal(chosen.finalResponse, "I will use SQLite.");

const signedIn = await thread.run("Sign me in");
console.log(signedIn.finalResponse);
assert.equal(signedIn.finalResponse, "You are in.");
