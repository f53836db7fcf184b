// What a thread is resumed with: what its caller gives, and for the rest what it was last run with.
import type { ThreadOptions } from "../../options/options.js";
import { sdkProvider } from "../../process/config/sdk-provider.js";
import type { Connection } from "../connection/connection.js";
import { RpcError } from "../errors/rpc-error.js";
import type { Thread } from "../protocol/v2/Thread.js";
import type { ThreadResumeParams } from "../protocol/v2/ThreadResumeParams.js";
import { withSavedSettings } from "./saved-settings.js";
import { toThreadSettings } from "./thread-params.js";
import type { RuntimeSettings } from "./runtime-settings.js";

/** codex's built-in provider. */
const builtIn = "openai";

export async function resumeParams(
  connection: Connection,
  threadId: string,
  options: ThreadOptions,
  runtime: RuntimeSettings,
): Promise<ThreadResumeParams> {
  const thread = await recordOf(connection, threadId);
  const own = thread ? await withSavedSettings(options, thread) : options;
  const modelProvider = providerFor(thread, options, runtime);
  return {
    threadId,
    excludeTurns: true,
    ...toThreadSettings(own, runtime),
    ...(modelProvider !== undefined && { modelProvider }),
  };
}

/**
 * A thread remembers its provider by name. It goes on with this runtime's; one that was this SDK's in another runtime is
 * codex's own here.
 */
export function providerFor(
  thread: Thread | undefined,
  options: ThreadOptions,
  runtime: RuntimeSettings,
): string | undefined {
  const saved = thread?.modelProvider === sdkProvider ? builtIn : thread?.modelProvider;
  return options.modelProvider ?? runtime.modelProvider ?? saved;
}

/** Nothing for one that cannot be read, of which the resume will say more. */
async function recordOf(connection: Connection, threadId: string): Promise<Thread | undefined> {
  try {
    return (await connection.request("thread/read", { threadId })).thread;
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    throw error;
  }
}
