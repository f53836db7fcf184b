// A small MCP server: notes in memory, and a sign-in that asks the user.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
const notes = [];

server.registerTool("list", { description: "All notes.", annotations: { readOnlyHint: true } }, () =>
  text(notes.join("\n") || "No notes."),
);

server.registerTool(
  "add",
  {
    description: "Adds a note.",
    inputSchema: { note: z.string() },
    annotations: { readOnlyHint: false, destructiveHint: true },
  },
  ({ note }) => {
    notes.push(`${process.env.NOTES_AUTHOR ?? "Somebody"}: ${note}`);
    return text("Added.");
  },
);

server.registerTool(
  "sign_in",
  { description: "Asks who the user is.", annotations: { readOnlyHint: true } },
  async () => {
    const { action, content } = await server.server.elicitInput({
      message: "Who are you?",
      requestedSchema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
    });
    return text(action === "accept" ? `signed in as ${String(content?.name)}` : "not signed in");
  },
);

await server.connect(new StdioServerTransport());

function text(text) {
  return { content: [{ type: "text", text }] };
}
