// Which provider, and so which endpoint, a resumed thread goes on with.
import type { ThreadOptions } from "../../options.js";
import type { Connection } from "./connection.js";
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
  const { thread } = await connection.request("thread/read", { threadId });
  const modelProvider = runtime.modelProvider ?? (thread.modelProvider === sdkProvider ? builtIn : thread.modelProvider);
  if (thread.modelProvider === modelProvider) return {};
  return { modelProvider, ...(options.model === undefined && thread.model !== null && { model: thread.model }) };
}

/** The provider that stands for `baseUrl`; codex's built-in one cannot be told to leave WebSockets alone. */
export const sdkProvider = "codex-sdk";
