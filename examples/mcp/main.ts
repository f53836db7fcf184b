// MCP servers of a thread: their tools, approval of calls that write, and a server that does not start.
import assert from "node:assert/strict";
import { join } from "node:path";
import { Codex, McpServerError, approvals } from "codex-sdk";
import type { McpServer } from "codex-sdk";
import { ScriptedModel, callMcpTool, say } from "codex-sdk/testing";

const notes: McpServer = {
  command: process.execPath,
  args: [join(import.meta.dirname, "notes-server.mjs")],
  // The server receives the key, but it is not in argv or logs.
  env: { NOTES_AUTHOR: "Ann" },
  startupTimeoutMs: 20_000,
};
const missing: McpServer = { url: "http://127.0.0.1:9/mcp", bearerToken: "sk-fake-token" };

await using model = await ScriptedModel.start([
  callMcpTool("notes", "add", { note: "Water the plants." }),
  callMcpTool("notes", "list"),
  ({ lastOutput }) => say(`The notes are: ${lastOutput.split("\n").at(-1)}`),
]);
await using codex = new Codex(model.codexOptions());
const thread = codex.startThread(
  model.threadOptions({
    mcpServers: { notes, missing },
    onApproval: approvals.allow({ mcpTools: ["notes.add", "notes.list"] }),
  }),
);

const turn = await thread.run("Take a note, and read me all of them");
for (const item of turn.items) {
  if (item.type === "error") console.log("notice:", item.message.split(":")[0]);
  if (item.type === "mcp_tool_call") console.log(`${item.server}.${item.tool}:`, item.status);
}
console.log(turn.finalResponse);
assert.equal(turn.finalResponse, "The notes are: Ann: Water the plants.");
const [notice] = turn.items;
assert(notice?.type === "error" && notice.message.startsWith('The MCP server "missing" did not start'));

// The turn fails without this server.
const strict = codex.startThread(model.threadOptions({ mcpServers: { missing: { ...missing, required: true } } }));
await assert.rejects(strict.run("Try"), (error) => {
  console.log(error instanceof McpServerError ? "McpServerError, as the server is required." : error);
  return error instanceof McpServerError;
});
