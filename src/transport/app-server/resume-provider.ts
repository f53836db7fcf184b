// Which provider, and so which endpoint, a resumed thread goes on with.
import type { ThreadOptions } from "../../options.js";
import type { Connection } from "./connection.js";
import { RpcError } from "./json-rpc-peer.js";
import type { Thread } from "./protocol/v2/Thread.js";
import type { ThreadResumeParams } from "./protocol/v2/ThreadResumeParams.js";
import type { RuntimeSettings } from "./thread-params.js";

type ProviderParams = Pick<ThreadResumeParams, "modelProvider" | "model" | "config">;

/** codex's built-in provider. */
const builtIn = "openai";

/**
 * A thread remembers its provider by name. Naming it again makes codex forget the thread's model and effort, so it is
 * named only when it changes, and then with them.
 */
export async function providerForResume(
  connection: Connection,
  threadId: string,
  options: ThreadOptions,
  runtime: RuntimeSettings,
): Promise<ProviderParams> {
  if (options.modelProvider !== undefined) return {};
  const thread = await recorded(connection, threadId);
  if (!thread) return runtime.modelProvider === undefined ? {} : { modelProvider: runtime.modelProvider };
  const modelProvider =
    runtime.modelProvider ?? (thread.modelProvider === sdkProvider ? builtIn : thread.modelProvider);
  if (thread.modelProvider === modelProvider) return {};
  return { modelProvider, ...(options.model === undefined && thread.model !== null && { model: thread.model }) };
}

/** What the thread's record says; nothing for one that cannot be read, of which the resume will say more. */
async function recorded(connection: Connection, threadId: string): Promise<Thread | undefined> {
  try {
    return (await connection.request("thread/read", { threadId })).thread;
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    throw error;
  }
}

/** The provider that stands for `baseUrl`; codex's built-in one cannot be told to leave WebSockets alone. */
export const sdkProvider = "codex-sdk";
