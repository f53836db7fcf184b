// Reads an MCP server's description of a tool, for the person who approves a call.
import { isJsonObject } from "../../internal/json.js";
import type { Connection } from "../connection/connection.js";
import type { ToolInformation } from "./mcp-tool-approval.js";

/** Codex answers over the thread's own connection to the server, within a few milliseconds. */
const limitMs = 2_000;

const unknown: ToolInformation = { description: null, annotations: {} };

/** Never rejects: a call can also be approved or declined without a description. */
export async function describeTool(
  connection: Connection,
  threadId: string,
  serverName: string,
  tool: string,
): Promise<ToolInformation> {
  const signal = AbortSignal.timeout(limitMs);
  try {
    const params = { threadId, serverName, detail: "toolsAndAuthOnly" } as const;
    const { data } = await connection.request("mcpServerStatus/list", params, { signal });
    const server = data.find(({ name }) => name === serverName);
    const found = server && Object.hasOwn(server.tools, tool) ? server.tools[tool] : undefined;
    return {
      description: found?.description ?? null,
      annotations: isJsonObject(found?.annotations) ? found.annotations : {},
    };
  } catch {
    return unknown;
  }
}
