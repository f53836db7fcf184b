// The options with which a `Codex` contacts only a scripted model.
import type { CodexConfigObject, CodexConfigValue } from "../options/options.js";

/** Options for `new Codex(…)`. */
export interface ScriptedCodexOptions {
  baseUrl: string;
  apiKey: string;
  codexHome: string;
  websockets: boolean;
  config: CodexConfigObject;
  /** Present only if the host uses a proxy. */
  env?: Record<string, string>;
}

export interface CodexOptionsInput {
  /** How often Codex retries a failed request and a broken stream. @defaultValue 0, so that each fault occurs once */
  retries?: number;
  /** Whether Codex uses WebSockets for the model. @defaultValue false */
  websockets?: boolean;
  /** Additional Codex configuration. */
  config?: CodexConfigObject;
}

export function scriptedCodexOptions(
  endpoint: { baseUrl: string; codexHome: string },
  { retries = 0, websockets = false, config = {} }: CodexOptionsInput,
): ScriptedCodexOptions {
  const own: CodexConfigObject = {
    // Turns off other network requests at the start of Codex.
    analytics: { enabled: false },
    features: { plugins: false },
    model_providers: { "codex-sdk": { request_max_retries: retries, stream_max_retries: retries } },
  };
  return {
    ...endpoint,
    apiKey: "sk-fake-scripted-model",
    websockets,
    config: merged(own, config),
    ...directEnvironment(),
  };
}

function merged(base: CodexConfigObject, over: CodexConfigObject): CodexConfigObject {
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    result[key] = isTable(below) && isTable(value) ? merged(below, value) : value;
  }
  return result;
}

function isTable(value: CodexConfigValue | undefined): value is CodexConfigObject {
  return typeof value === "object" && !Array.isArray(value);
}

/** If the host uses a proxy, an environment that excludes loopback from it. */
function directEnvironment(): { env?: Record<string, string> } {
  const proxied = Object.keys(process.env).some((name) => /^(https?|all)_proxy$/i.test(name));
  if (!proxied) return {};
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const direct = [process.env["NO_PROXY"] ?? process.env["no_proxy"], "127.0.0.1"].filter(Boolean).join(",");
  return { env: { ...Object.fromEntries(own), NO_PROXY: direct, no_proxy: direct } };
}
