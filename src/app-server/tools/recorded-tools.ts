// The tools that a thread was started with. Codex saves them in the first line of the rollout, but does not report them.
import { isJsonObject } from "../../internal/json.js";
import type { Connection } from "../connection/connection.js";
import { readSessionMeta } from "../../rollouts/read-records.js";
import { RpcError } from "../errors/rpc-error.js";

/** A tool in the form of `dynamicTools`. */
export interface RecordedTool {
  name: unknown;
  description: unknown;
  inputSchema: unknown;
}

/** Empty if the record cannot be read: the tools are then passed by MCP. */
export async function recordedTools(connection: Connection, threadId: string): Promise<readonly RecordedTool[]> {
  const path = await rolloutPath(connection, threadId);
  if (path === null) return [];
  const meta = await readSessionMeta(path);
  const tools = Array.isArray(meta?.["dynamic_tools"]) ? meta["dynamic_tools"] : [];
  return tools.filter(isJsonObject).map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
}

async function rolloutPath(connection: Connection, threadId: string): Promise<string | null> {
  try {
    return (await connection.request("thread/read", { threadId })).thread.path;
  } catch (error) {
    // If the thread does not exist, the resume reports the reason.
    if (error instanceof RpcError) return null;
    throw error;
  }
}
