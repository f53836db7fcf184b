// The parameters for resuming a thread: the caller's options, and the last used settings for the others.
import type { ThreadOptions } from "../../options/options.js";
import { flatConfig } from "../../config/flat-config.js";
import { resumeProvider } from "../../providers/resume-provider.js";
import type { ResumeProvider } from "../../providers/resume-provider.js";
import { readUserConfig } from "../../providers/user-config.js";
import type { Connection } from "../connection/connection.js";
import { RpcError } from "../errors/rpc-error.js";
import type { Thread } from "../protocol/v2/Thread.js";
import type { ThreadResumeParams } from "../protocol/v2/ThreadResumeParams.js";
import { checkCredentials } from "./check-credentials.js";
import { savedSandbox, withSavedSettings } from "./saved-settings.js";
import { toThreadSettings } from "./thread-params.js";
import type { RuntimeSettings } from "./runtime-settings.js";
import type { ThreadSandbox } from "./thread-sandbox.js";
import { checkRecordedDirectory, realDirectory } from "../../options/working-directory.js";
import { hostDirectory } from "../../validation/host-directory.js";

export async function resumeParams(
  connection: Connection,
  threadId: string,
  options: ThreadOptions,
  { runtime, sandbox }: { runtime: RuntimeSettings; sandbox: ThreadSandbox },
): Promise<ThreadResumeParams> {
  const thread = await recordOf(connection, threadId);
  const own = thread ? withSavedSettings(options, thread) : options;
  await prepareSandbox(sandbox, { connection, thread, options });
  const settings = toThreadSettings(own, { runtime, sandbox });
  const { modelProvider, config } = await providerFor(connection, thread, options, runtime);
  if (thread) await checkCredentials(connection, options, runtime, { provider: thread.modelProvider, config });
  return {
    threadId,
    excludeTurns: true,
    ...settings,
    ...(modelProvider !== undefined && { modelProvider }),
    config: { ...settings.config, ...flatConfig(config) },
  };
}

/** Finds the thread's directory and its last settings. */
export async function prepareSandbox(
  sandbox: ThreadSandbox,
  { connection, thread, options }: { connection: Connection; thread: Thread | undefined; options: ThreadOptions },
): Promise<void> {
  const { workingDirectory } = options;
  if (workingDirectory === undefined && thread) checkRecordedDirectory(thread.id, thread.cwd);
  const cwd = realDirectory(workingDirectory ?? thread?.cwd ?? hostDirectory());
  await sandbox.prepare(connection, cwd, thread && (await savedSandbox(thread)));
}

/** The provider with which a saved thread, or a fork of it, continues. */
export async function providerFor(
  connection: Connection,
  thread: Thread | undefined,
  options: ThreadOptions,
  runtime: RuntimeSettings,
): Promise<ResumeProvider> {
  return resumeProvider({
    saved: thread?.modelProvider,
    runtime: runtime.options,
    thread: options,
    readConfig: () => readUserConfig(connection.info?.codexHome ?? ""),
  });
}

/** Nothing if the thread cannot be read: the resume then reports the reason. */
async function recordOf(connection: Connection, threadId: string): Promise<Thread | undefined> {
  try {
    return (await connection.request("thread/read", { threadId })).thread;
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    throw error;
  }
}
