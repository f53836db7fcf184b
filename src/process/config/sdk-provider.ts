// The provider of this SDK's own, which stands for `baseUrl`: codex's built-in one cannot be told to leave WebSockets alone.
import type { CodexOptions } from "../../options/options.js";

/** codex writes it into each thread, so it never changes. */
export const sdkProvider = "codex-sdk";

/** A provider of one's own in `config` keeps its say; `baseUrl` and `websockets` speak of codex's default one. */
export function choosesProvider({ config }: CodexOptions): boolean {
  return config?.["model_provider"] !== undefined;
}

/** Whether this runtime's endpoint is that of the provider here. */
export function needsProvider(options: CodexOptions): boolean {
  return (options.baseUrl !== undefined || options.websockets !== undefined) && !choosesProvider(options);
}

/** codex's configuration that defines it. */
export function sdkProviderConfig({ baseUrl, websockets }: CodexOptions): object {
  return {
    name: "OpenAI",
    ...(baseUrl !== undefined && { base_url: baseUrl }),
    wire_api: "responses",
    requires_openai_auth: true,
    supports_websockets: websockets ?? false,
  };
}
