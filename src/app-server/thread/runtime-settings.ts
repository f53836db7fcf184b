// Settings that all threads of one `Codex` share.
import { mergeTrees } from "../../config/config-tree.js";
import type { ConfigTree } from "../../config/config-tree.js";
import type { CodexOptions, ThreadOptions } from "../../options/options.js";
import { needsProvider, sdkProvider } from "../../providers/sdk-provider.js";
import type { ToolServer } from "../../tool-server/tool-server.js";
import { codexHomePath } from "../../process/locate/codex-home.js";
import type { ThreadStorage } from "../storage/thread-storage.js";

export interface RuntimeSettings {
  readonly options: CodexOptions;
  /** The ID of the provider that is configured for the endpoint of `options`. */
  readonly modelProvider: string | undefined;
  /** Configuration that must not be in argv. It is sent after Codex was started. */
  privateConfig: ConfigTree;
  readonly codexHome: string;
  /** The environment with which Codex is started, before PATH is filtered. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Redacts the secrets of a thread's options until the returned function is called, and for some time after. */
  readonly hideSecrets: (options: ThreadOptions) => () => void;
  /** The MCP server for host tools of threads that were not started with them. */
  readonly toolServer: () => Promise<ToolServer>;
  /** The store of the threads, in addition to CODEX_HOME. */
  readonly storage: (() => Promise<ThreadStorage>) | undefined;
}

export function runtimeSettings(
  options: CodexOptions,
  host: Pick<RuntimeSettings, "hideSecrets" | "toolServer" | "storage">,
): RuntimeSettings {
  return {
    options,
    modelProvider: needsProvider(options) ? sdkProvider : undefined,
    codexHome: codexHomePath(options),
    environment: options.env ?? process.env,
    privateConfig: mergeTrees(),
    ...host,
  };
}
