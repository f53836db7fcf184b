// The tools that a thread was started with. codex keeps them in the first line of its rollout, and tells them to nobody.
import { open } from "node:fs/promises";
import { isJsonObject } from "../../internal/json.js";
import type { Connection } from "../connection/connection.js";
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
  try {
    const line: unknown = JSON.parse(await readFirstLine(path));
    const meta = isJsonObject(line) && line["type"] === "session_meta" ? line["payload"] : undefined;
    const tools = isJsonObject(meta) && Array.isArray(meta["dynamic_tools"]) ? meta["dynamic_tools"] : [];
    return tools.filter(isJsonObject).map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  } catch {
    return [];
  }
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

const chunkBytes = 64 * 1024;
const maxBytes = 16 * 1024 * 1024;
const lineFeed = 0x0a;

async function readFirstLine(path: string): Promise<string> {
  const file = await open(path);
  try {
    const chunks: Buffer[] = [];
    for (let length = 0; length < maxBytes;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes);
      const chunk = buffer.subarray(0, bytesRead);
      const end = chunk.indexOf(lineFeed);
      chunks.push(end === -1 ? chunk : chunk.subarray(0, end));
      length += bytesRead;
      if (end !== -1 || bytesRead === 0) break;
    }
    return Buffer.concat(chunks).toString("utf8");
  } finally {
    await file.close();
  }
}
