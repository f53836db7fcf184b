// What all threads of one Codex have in common.
import { mergeTrees } from "../../config/config-tree.js";
import type { ConfigTree } from "../../config/config-tree.js";
import type { CodexOptions, ThreadOptions } from "../../options/options.js";
import { needsProvider, sdkProvider } from "../../providers/sdk-provider.js";
import type { ToolServer } from "../../tool-server/tool-server.js";
import { codexHomePath } from "../../process/locate/codex-home.js";
import type { ThreadStorage } from "../storage/thread-storage.js";

export interface RuntimeSettings {
  readonly options: CodexOptions;
  /** The provider that the endpoint of `options` is configured as. */
  readonly modelProvider: string | undefined;
  /** Configuration that must not be in argv, once Codex was started. */
  privateConfig: ConfigTree;
  readonly codexHome: string;
  /** The environment that Codex is started with, before PATH is cleaned. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Redacts the secrets of a thread's options until the returned function is called, and for a while after. */
  readonly hideSecrets: (options: ThreadOptions) => () => void;
  /** The server through which the host's tools reach threads that were not started with them. */
  readonly toolServer: () => Promise<ToolServer>;
  /** Where threads are kept beside CODEX_HOME. */
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
