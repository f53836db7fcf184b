// A new thread with the history of another one.
import type { ThreadOptions } from "../../../options.js";
import type { AppServer } from "../app-server.js";
import { AppServerThread } from "../app-server-thread.js";
import type { Connection } from "../connection.js";
import type { Thread } from "../protocol/v2/Thread.js";
import { sdkProvider } from "../../sdk-provider.js";
import { toThreadSettings } from "../thread-params.js";
import type { RuntimeSettings } from "../thread-params.js";

interface Place {
  connection: Connection;
  server: AppServer;
  runtime: RuntimeSettings;
}

interface Fork {
  threadId: string;
  /** The last turn that is taken over. */
  atTurn: string | undefined;
  options: ThreadOptions;
}

/**
 * codex gives a fork the sandbox and approvals of its source, but the runtime's model, so model and effort are named.
 * `dynamicTools` do not come with a fork, nor can they be added to one.
 */
export async function forkThread({ connection, server, runtime }: Place, fork: Fork): Promise<AppServerThread> {
  const { threadId, atTurn, options } = fork;
  const { thread: source } = await connection.request("thread/read", { threadId });
  const thread = new AppServerThread(server, null, options, runtime);
  const settings = toThreadSettings(options, runtime);
  const effort = source.reasoningEffort;
  const config = {
    ...(effort !== null && options.model === undefined && { model_reasoning_effort: effort }),
    ...settings.config,
    ...(await thread.tools.forkConfig()),
  };
  const loaded = await connection.request("thread/fork", {
    threadId,
    excludeTurns: true,
    modelProvider: providerFor(source, runtime),
    ...(source.model !== null && { model: source.model }),
    ...settings,
    ...(Object.keys(config).length > 0 && { config }),
    ...(atTurn !== undefined && { lastTurnId: atTurn }),
    ...(options.ephemeral !== undefined && { ephemeral: options.ephemeral }),
    ...(options.threadSource !== undefined && { threadSource: options.threadSource }),
  });
  thread.markLoaded(connection, loaded);
  thread.markSaved();
  return thread;
}

/** The runtime's endpoint, or the source's where that is not one of this SDK's. */
function providerFor(source: Thread, runtime: RuntimeSettings): string | null {
  return runtime.modelProvider ?? (source.modelProvider === sdkProvider ? null : source.modelProvider);
}
