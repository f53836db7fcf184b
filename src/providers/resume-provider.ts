// The provider with which a saved thread continues. Codex accepts only the provider ID that the thread was created with.
// So this SDK configures the endpoint of this `Codex` under that ID.
import { isTable, mergeTrees, toConfigTree } from "../config/config-tree.js";
import type { ConfigTree } from "../config/config-tree.js";
import { configurationError } from "../errors/codex-messages.js";
import type { CodexOptions, ThreadOptions } from "../options/options.js";
import { setsProvider, needsProvider, openAiProvider, sdkProvider, sdkProviderTable } from "./sdk-provider.js";

export interface ResumeProvider {
  /** The ID to pass with the resume; undefined if Codex decides. */
  modelProvider: string | undefined;
  /** Settings for the resume. They may contain secrets. */
  config: ConfigTree;
}

export interface SavedProvider {
  /** The ID in the thread's record; undefined if there is no record. */
  saved: string | undefined;
  runtime: CodexOptions;
  thread: ThreadOptions;
  /** The configuration of CODEX_HOME; that of `runtime` takes precedence unless Codex itself is the source. */
  readConfig(): Promise<ConfigTree>;
}

/** Codex rejects definitions of these. */
const builtIn = new Set([openAiProvider, "ollama", "lmstudio", "amazon-bedrock"]);

/** @throws InvalidInputError for a chosen provider that is not configured. */
export async function resumeProvider(request: SavedProvider): Promise<ResumeProvider> {
  const { saved, runtime, thread } = request;
  const own = ownConfig(runtime, thread);
  const chosen = chosenProvider(runtime, thread, own);
  await requireProvider(chosen, own, request);
  if (saved === undefined || saved === chosen) return { modelProvider: chosen, config: emptyConfig() };
  if (saved === openAiProvider) return redirectedOpenAi(request, own, chosen);
  if (builtIn.has(saved) || (saved !== sdkProvider && isDefined(own, saved))) return unchanged(saved);
  const config = mergeTrees(await request.readConfig(), own);
  if (saved !== sdkProvider && isDefined(config, saved)) return unchanged(saved);
  return { modelProvider: saved, config: defined(saved, endpointTable(runtime, config, chosen)) };
}

/** Codex does not look at it, since a saved thread continues with its own provider's ID. */
async function requireProvider(chosen: string | undefined, own: ConfigTree, request: SavedProvider): Promise<void> {
  const { saved } = request;
  if (chosen === undefined || saved === undefined || chosen === saved || chosen === sdkProvider) return;
  if (builtIn.has(chosen) || isDefined(own, chosen)) return;
  if (!isDefined(await request.readConfig(), chosen))
    throw configurationError(`Model provider \`${chosen}\` not found`);
}

function unchanged(saved: string): ResumeProvider {
  return { modelProvider: saved, config: emptyConfig() };
}

/** The built-in provider cannot be defined, but its URL can be set. It always uses OpenAI credentials. */
async function redirectedOpenAi(
  request: SavedProvider,
  own: ConfigTree,
  chosen: string | undefined,
): Promise<ResumeProvider> {
  const { runtime } = request;
  const { baseUrl } = runtime;
  if (chosen === sdkProvider || baseUrl !== undefined) return withBaseUrl(baseUrl);
  if (chosen === undefined && own["openai_base_url"] !== undefined) return unchanged(openAiProvider);
  const config = mergeTrees(await request.readConfig(), own);
  const endpoint = endpointTable(runtime, config, chosen);
  // A login at OpenAI must not reach an endpoint that has its own credentials.
  const usesOpenAiLogin = endpoint["requires_openai_auth"] === true;
  const url = endpoint["base_url"];
  return usesOpenAiLogin && typeof url === "string" ? withBaseUrl(url) : unchanged(openAiProvider);
}

function withBaseUrl(baseUrl: string | undefined): ResumeProvider {
  return {
    modelProvider: openAiProvider,
    config: baseUrl === undefined ? emptyConfig() : toConfigTree({ openai_base_url: baseUrl }),
  };
}

function ownConfig(runtime: CodexOptions, thread: ThreadOptions): ConfigTree {
  return mergeTrees(toConfigTree(runtime.config ?? {}), toConfigTree(thread.config ?? {}));
}

function chosenProvider(runtime: CodexOptions, thread: ThreadOptions, own: ConfigTree): string | undefined {
  const inConfig = own["model_provider"];
  const configured = typeof inConfig === "string" ? inConfig : undefined;
  return thread.modelProvider ?? configured ?? (needsProvider(runtime) ? sdkProvider : undefined);
}

/** The definition of the provider that would serve a new thread. */
function endpointTable(runtime: CodexOptions, config: ConfigTree, chosen: string | undefined): ConfigTree {
  if (chosen === sdkProvider && !setsProvider(runtime)) return sdkProviderTable(runtime);
  const id = chosen ?? config["model_provider"];
  const providers = config["model_providers"];
  const table = typeof id === "string" && isTable(providers) ? providers[id] : undefined;
  if (isTable(table) && table["base_url"] !== undefined) return table;
  const url = config["openai_base_url"];
  // Without its own endpoint it uses OpenAI's, like the built-in provider.
  return sdkProviderTable(typeof url === "string" ? { baseUrl: url } : { websockets: true });
}

function defined(id: string, table: ConfigTree): ConfigTree {
  const providers = mergeTrees();
  providers[id] = table;
  const config = mergeTrees();
  config["model_providers"] = providers;
  return config;
}

/** Settings for a provider that is not defined, such as its retries, are not a definition. */
function isDefined(config: ConfigTree, id: string): boolean {
  const providers = config["model_providers"];
  const table = isTable(providers) ? providers[id] : undefined;
  return isTable(table) && table["name"] !== undefined;
}

function emptyConfig(): ConfigTree {
  return mergeTrees();
}
