// The tools that a thread was started with. codex keeps them in the first line of its rollout, and tells them to nobody.
import { isJsonObject } from "../../internal/json.js";
import type { Connection } from "../connection/connection.js";
import { readSessionMeta } from "../../rollouts/read-records.js";
import { RpcError } from "../errors/rpc-error.js";

/** A tool as `dynamicTools` had it. */
export interface RecordedTool {
  name: unknown;
  description: unknown;
  inputSchema: unknown;
}

/** Empty where the record cannot be read: then the tools go another way. */
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
    // Of a thread that is not there, the resume will say more.
    if (error instanceof RpcError) return null;
    throw error;
  }
}
