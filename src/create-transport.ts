// Picks the way to codex that the options ask for.
import type { CodexOptions } from "./options/options.js";
import { AppServerTransport } from "./app-server/app-server-transport.js";
import { ExecTransport } from "./exec/exec-transport.js";
import { withApiKey } from "./providers/credentials.js";
import type { Transport } from "./transport/transport.js";

const defaultGraceMs = 2_000;

export function createTransport(given: CodexOptions): Transport {
  const options = withApiKey(given);
  const context = { shutdownGraceMs: options.shutdownGraceMs ?? defaultGraceMs };
  if (options.transport === "exec") return new ExecTransport(options, context);
  return new AppServerTransport(options, context);
}
