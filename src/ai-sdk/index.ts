// `codex-sdk/ai-sdk`: Codex as a language model of the AI SDK.
export { createCodexProvider } from "./create-codex-provider.js";
export type { CodexProvider, CodexProviderSettings } from "./create-codex-provider.js";
export type { CodexProviderMetadata, CodexProviderOptions } from "./provider-options.js";
