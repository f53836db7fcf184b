// The secrets in options, which errors, logs and traces must not show.
import { mergeTrees, toConfigTree } from "../../config/config-tree.js";
import { inUrl } from "../../config/credentials.js";
import { secretsIn } from "../../config/secret-locations.js";
import { toMcpConfig } from "../../options/mcp-servers.js";
import type { CodexOptions, ThreadOptions } from "../../options/options.js";

/** The key and the credentials in the configuration, except those in `configOverrides`. */
export function secretsOf({ apiKey, baseUrl, config }: CodexOptions): string[] {
  return [
    ...(apiKey === undefined ? [] : [apiKey]),
    ...(baseUrl === undefined ? [] : inUrl(baseUrl)),
    ...secretsIn(toConfigTree(config ?? {})),
  ];
}

export function threadSecrets({ config, mcpServers }: ThreadOptions): string[] {
  return secretsIn(mergeTrees(toMcpConfig(mcpServers ?? {}), toConfigTree(config ?? {})));
}
