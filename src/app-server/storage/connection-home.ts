// The CODEX_HOME of a connection, for restoring threads from the store.
import { ProtocolError } from "../../errors/errors.js";
import type { LocalHome } from "../../thread-sync/hydrate.js";
import type { Connection } from "../connection/connection.js";
import { RpcError } from "../errors/rpc-error.js";

export function connectionHome(connection: Connection): LocalHome {
  const codexHome = connection.info?.codexHome;
  if (codexHome === undefined) throw new ProtocolError("Codex did not report its CODEX_HOME.");
  return {
    codexHome,
    currentFile: async (threadId) => {
      const answer = await unlessUnknown(connection.request("thread/read", { threadId }));
      return answer?.thread.path ?? undefined;
    },
    deleteThread: async (threadId) => {
      await unlessUnknown(connection.request("thread/delete", { threadId }));
    },
  };
}

/** Codex rejects unknown files. Any other reason becomes visible when the thread is resumed. */
async function unlessUnknown<Result>(answer: Promise<Result>): Promise<Result | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    throw error;
  }
}
