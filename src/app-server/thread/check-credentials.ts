// Rejects the first turn of a thread that would reach OpenAI without credentials: Codex would retry it for a long time.
import type { ThreadOptions } from "../../options/options.js";
import { requireCredentials } from "../../providers/credentials.js";
import type { Connection } from "../connection/connection.js";
import type { RuntimeSettings } from "./runtime-settings.js";

/** @throws UnauthorizedError */
export function checkCredentials(
  connection: Connection,
  thread: ThreadOptions,
  { options: runtime }: RuntimeSettings,
): Promise<void> {
  return requireCredentials({
    runtime,
    thread,
    provider: thread.modelProvider,
    codexHome: connection.info?.codexHome ?? "",
    isLoggedIn: async () => (await connection.request("account/read", {})).account !== null,
  });
}
