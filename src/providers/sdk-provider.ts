// The model provider that this SDK defines for `baseUrl`: Codex's built-in one always tries WebSockets first.
import { toConfigTree } from "../config/config-tree.js";
import type { ConfigTree } from "../config/config-tree.js";
import { endpointOf } from "../config/endpoint.js";
import type { CodexOptions } from "../options/options.js";

/** Codex writes the ID into each thread, so it never changes. */
export const sdkProvider = "codex-sdk";
export const openAiProvider = "openai";

/** A provider in the configuration takes precedence: `baseUrl` and `websockets` apply to Codex's default provider. */
export function setsProvider({ config, configOverrides = [] }: CodexOptions): boolean {
  const isChosen = config !== undefined && toConfigTree(config)["model_provider"] !== undefined;
  return isChosen || configOverrides.some((override) => /^\s*model_provider\s*=/.test(override));
}

/** Whether this `Codex` uses the provider. OpenAI over WebSockets is served by Codex's built-in provider. */
export function needsProvider(options: CodexOptions): boolean {
  const { baseUrl, websockets } = options;
  const isBuiltIn = websockets === true && isOpenAi(options);
  return (baseUrl !== undefined || websockets !== undefined) && !isBuiltIn && !setsProvider(options);
}

/** The provider's definition. Credentials of the URL become headers and query parameters, which stay out of argv. */
export function sdkProviderTable(options: CodexOptions): ConfigTree {
  const { baseUrl, websockets } = options;
  return toConfigTree({
    name: isOpenAi(options) ? "OpenAI" : "codex-sdk",
    ...(baseUrl !== undefined && endpointOf(baseUrl)),
    wire_api: "responses",
    requires_openai_auth: true,
    supports_websockets: websockets ?? false,
  });
}

/**
 * Whether the endpoint supports extensions that only OpenAI has. Codex decides that by the provider's name: with "OpenAI" it sends
 * `internal_chat_message_metadata_passthrough` and compacts on the server, which other gateways reject.
 */
function isOpenAi({ baseUrl, openAiExtensions }: CodexOptions): boolean {
  return openAiExtensions ?? (baseUrl === undefined || isOpenAiHost(baseUrl));
}

const openAiHosts = ["openai.com", "chatgpt.com"];

export function isOpenAiHost(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return openAiHosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}
