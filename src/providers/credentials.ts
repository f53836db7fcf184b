// Determines the key of a `Codex`, and whether it certainly does not have credentials.
import { access } from "node:fs/promises";
import path from "node:path";
import { isTable, mergeTrees, toConfigTree } from "../config/config-tree.js";
import type { ConfigTree } from "../config/config-tree.js";
import { UnauthorizedError } from "../errors/errors.js";
import type { CodexOptions, ThreadOptions } from "../options/options.js";
import { codexHomePath } from "../process/locate/codex-home.js";
import { isOpenAiHost, openAiProvider, sdkProvider } from "./sdk-provider.js";
import { readUserConfig } from "./user-config.js";

const keyVariable = "CODEX_API_KEY";
/** Variables from which Codex itself reads credentials. */
const otherVariables = ["CODEX_ACCESS_TOKEN", "CODEX_AUTH", "OPENAI_API_KEY"];

/** `apiKey`, or else `CODEX_API_KEY` in Codex's environment, without surrounding white space. */
export function apiKeyOf({ apiKey, env }: CodexOptions): string | undefined {
  const key = (apiKey ?? (env ?? process.env)[keyVariable] ?? "").trim();
  return key === "" ? undefined : key;
}

/** The options with the key that applies. */
export function withApiKey(options: CodexOptions): CodexOptions {
  return { ...options, apiKey: apiKeyOf(options) };
}

/** The key that must not be in Codex's environment. If a provider of the user reads it from there, it stays. */
export async function hiddenKey(options: CodexOptions, config: ConfigTree): Promise<string | undefined> {
  if (options.apiKey === undefined || options.apiKey !== (options.env ?? process.env)[keyVariable]?.trim()) {
    return options.apiKey;
  }
  const user = await readUserConfig(codexHomePath(options));
  const isUsed = JSON.stringify([config, user]).includes(`"${keyVariable}"`);
  return isUsed ? undefined : options.apiKey;
}

export interface CredentialCheck {
  runtime: CodexOptions;
  thread: ThreadOptions;
  /** The provider that the thread was saved with; undefined for a new thread. */
  provider: string | undefined;
  /** Settings with which a saved thread continues. */
  resumeConfig?: ConfigTree | undefined;
  codexHome: string;
  /** Asks a running Codex, which may have a login that is not in a file. */
  isLoggedIn?(): Promise<boolean>;
}

/**
 * Rejects if a turn would certainly reach OpenAI without credentials. Gateways may not require any, other providers have
 * their own, and the keyring cannot be read: in these cases Codex decides.
 * @throws UnauthorizedError
 */
export async function requireCredentials(check: CredentialCheck): Promise<void> {
  const { runtime, codexHome } = check;
  const env = runtime.env ?? process.env;
  // Another binary may log in by other means.
  if (runtime.codexPathOverride !== undefined) return;
  if (apiKeyOf(runtime) !== undefined || otherVariables.some((name) => env[name])) return;
  if (runtime.baseUrl !== undefined && !isOpenAiHost(runtime.baseUrl)) return;
  if (await exists(path.join(codexHome, "auth.json"))) return;
  if (!usesOpenAi(check, await configOf(check))) return;
  if (await check.isLoggedIn?.()) return;
  throw new UnauthorizedError(
    `Codex has no credentials: there is no login in ${codexHome}, and no API key. Log in with \`npx @openai/codex login\`, ` +
      `pass \`apiKey\`, or set ${keyVariable}.`,
  );
}

async function configOf({ runtime, thread, codexHome, resumeConfig }: CredentialCheck): Promise<ConfigTree> {
  const own = [runtime.config, thread.config].map((config) => toConfigTree(config ?? {}));
  return mergeTrees(await readUserConfig(codexHome), ...own, ...(resumeConfig ? [resumeConfig] : []));
}

/** Settings that name another provider, endpoint or store of credentials. */
const deciding = ["openai_base_url", "cli_auth_credentials_store", "profile", "oss_provider", "forced_login_method"];

function usesOpenAi({ runtime, thread, provider }: CredentialCheck, config: ConfigTree): boolean {
  if ((runtime.configOverrides ?? []).length > 0 || deciding.some((key) => config[key] !== undefined)) return false;
  const chosen = provider ?? thread.modelProvider ?? config["model_provider"] ?? openAiProvider;
  const providers = config["model_providers"];
  const table = isTable(providers) && typeof chosen === "string" ? providers[chosen] : undefined;
  if (chosen === openAiProvider) return true;
  return chosen === sdkProvider && !(isTable(table) && hasCredentials(table));
}

function hasCredentials(table: ConfigTree): boolean {
  const { base_url: url } = table;
  if (typeof url === "string" && !isOpenAiHost(url)) return true;
  return ["env_key", "experimental_bearer_token", "auth", "http_headers", "env_http_headers"].some(
    (key) => table[key] !== undefined,
  );
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
