// What all threads of one runtime have in common.
import type { CodexOptions } from "../../options/options.js";
import { needsProvider, sdkProvider } from "../../process/config/sdk-provider.js";
import type { ToolServer } from "../../tool-server/tool-server.js";
import { splitConfig } from "../connection/private-config.js";
import type { JsonValue } from "../protocol/serde_json/JsonValue.js";

export interface RuntimeSettings {
  /** The provider that this runtime's endpoint was configured as. */
  modelProvider: string | undefined;
  /** Configuration that must not be seen in argv. */
  privateConfig: Record<string, JsonValue>;
  /** By which the host's tools reach threads that were not started with them. */
  toolServer: () => Promise<ToolServer>;
}

export function runtimeSettings(options: CodexOptions, toolServer: RuntimeSettings["toolServer"]): RuntimeSettings {
  return {
    modelProvider: needsProvider(options) ? sdkProvider : undefined,
    privateConfig: splitConfig(options.config ?? {}).hidden,
    toolServer,
  };
}
