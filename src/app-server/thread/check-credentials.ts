// Rejects the first turn of a new, resumed or forked thread that would reach OpenAI without credentials: Codex would retry
// it for a long time.
import type { ConfigTree } from "../../config/config-tree.js";
import type { ThreadOptions } from "../../options/options.js";
import { requireCredentials } from "../../providers/credentials.js";
import type { Connection } from "../connection/connection.js";
import type { RuntimeSettings } from "./runtime-settings.js";

/** What a saved thread continues with. */
export interface SavedEndpoint {
  provider: string;
  config: ConfigTree;
}

/** @throws UnauthorizedError */
export function checkCredentials(
  connection: Connection,
  thread: ThreadOptions,
  { options: runtime }: RuntimeSettings,
  saved?: SavedEndpoint,
): Promise<void> {
  return requireCredentials({
    runtime,
    thread,
    provider: saved?.provider,
    resumeConfig: saved?.config,
    codexHome: connection.info?.codexHome ?? "",
    isLoggedIn: async () => (await connection.request("account/read", {})).account !== null,
  });
}
