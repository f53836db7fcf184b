// Picks the way to codex that the options ask for.
import type { CodexOptions } from "./options/options.js";
import { AppServerTransport } from "./app-server/app-server-transport.js";
import { ExecTransport } from "./exec/exec-transport.js";
import { secretsOf } from "./process/redaction/secrets.js";
import type { Transport } from "./transport/transport.js";

const defaultGraceMs = 2_000;

export function createTransport(options: CodexOptions): Transport {
  const context = { shutdownGraceMs: options.shutdownGraceMs ?? defaultGraceMs, secrets: secretsOf(options) };
  if (options.transport === "exec") return new ExecTransport(options, context);
  return new AppServerTransport(options, context);
}
