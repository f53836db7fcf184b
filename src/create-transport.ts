// Creates the transport that the options select.
import type { CodexOptions } from "./options/options.js";
import { AppServerTransport, type AppServerContext } from "./app-server/app-server-transport.js";
import { ExecTransport } from "./exec/exec-transport.js";
import { toRuntimeOptions } from "./hermetic/runtime-options.js";
import { withApiKey } from "./providers/credentials.js";
import type { Transport } from "./transport/transport.js";

type TransportHooks = Pick<AppServerContext, "onStart" | "onMessage">;

const defaultGraceMs = 2_000;

/** `onStart` is called each time Codex was started as a server. */
export function createTransport(given: CodexOptions, { onStart, onMessage }: TransportHooks = {}): Transport {
  const { options, privateHome } = toRuntimeOptions(withApiKey(given));
  const { shutdownGraceMs = defaultGraceMs, store, releaseAfterMs } = options;
  const context = { shutdownGraceMs, onStart, onMessage, threadIdleMs: store && releaseAfterMs };
  const transport =
    options.transport === "exec" ? new ExecTransport(options, context) : new AppServerTransport(options, context);
  const close = transport.close.bind(transport);
  // The directories of a hermetic Codex are removed after its processes have ended.
  return Object.assign(transport, { close: () => close().then(() => privateHome.remove()) });
}
