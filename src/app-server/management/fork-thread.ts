// Creates a thread with the history of another one.
import type { ThreadOptions } from "../../options/options.js";
import { flatConfig } from "../../config/flat-config.js";
import type { AppServer } from "../connection/app-server.js";
import type { Thread } from "../protocol/v2/Thread.js";
import { AppServerThread } from "../thread/app-server-thread.js";
import type { Connection } from "../connection/connection.js";
import { prepareSandbox, providerFor } from "../thread/resume-params.js";
import { withSavedSettings } from "../thread/saved-settings.js";
import { toThreadSettings } from "../thread/thread-params.js";
import type { RuntimeSettings } from "../thread/runtime-settings.js";

interface ForkContext {
  connection: Connection;
  server: AppServer;
  runtime: RuntimeSettings;
}

interface Fork {
  threadId: string;
  /** The last turn that the fork contains. */
  atTurn: string | undefined;
  options: ThreadOptions;
}

/** A fork only inherits its source's approval policy in Codex, so the other settings are passed. */
export async function forkThread({ connection, server, runtime }: ForkContext, fork: Fork): Promise<AppServerThread> {
  const { threadId, options } = fork;
  const { thread: source } = await connection.request("thread/read", { threadId });
  const thread = new AppServerThread(server, null, options, runtime);
  thread.beginLoad();
  try {
    return await forkInto(thread, { connection, server, runtime }, fork, source);
  } catch (error) {
    thread.onUnload();
    throw error;
  }
}

async function forkInto(
  thread: AppServerThread,
  { connection, runtime }: ForkContext,
  { threadId, atTurn, options }: Fork,
  source: Thread,
): Promise<AppServerThread> {
  await prepareSandbox(thread.sandbox, { connection, thread: source, options });
  const settings = toThreadSettings(withSavedSettings(options, source), { runtime, sandbox: thread.sandbox });
  const provider = await providerFor(connection, source, options, runtime);
  const { modelProvider } = provider;
  const config = { ...settings.config, ...flatConfig(provider.config), ...(await thread.tools.forkConfig()) };
  const loaded = await connection.request("thread/fork", {
    threadId,
    excludeTurns: true,
    ...settings,
    ...(modelProvider !== undefined && { modelProvider }),
    ...(Object.keys(config).length > 0 && { config }),
    ...(atTurn !== undefined && { lastTurnId: atTurn }),
    ...(options.ephemeral !== undefined && { ephemeral: options.ephemeral }),
    ...(options.threadSource !== undefined && { threadSource: options.threadSource }),
  });
  thread.markForked(connection, loaded, { provider: source.modelProvider, config: provider.config });
  return thread;
}
