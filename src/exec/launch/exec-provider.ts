// Which provider a turn over exec goes to, as far as the reference's own arguments do not say it.
import type { CodexConfigObject, CodexOptions, ThreadOptions } from "../../options/options.js";
import { choosesProvider, sdkProvider, sdkProviderConfig } from "../../process/config/sdk-provider.js";

/**
 * Defines and chooses this SDK's own provider where it is needed: for an endpoint that gets no WebSocket, and for
 * threads that were made with it. codex cannot move a thread to another provider, so one of codex's own stays there.
 */
export function providerConfig(options: CodexOptions, thread: ThreadOptions, saved: string | undefined): object {
  if (thread.modelProvider !== undefined) return { ...definition(options), model_provider: thread.modelProvider };
  if (choosesProvider(options)) return {};
  const isWanted = saved === undefined ? isNeeded(options) : saved === sdkProvider;
  return isWanted ? { ...defined(options), model_provider: sdkProvider } : definition(options);
}

function isNeeded({ baseUrl, websockets, config }: CodexOptions): boolean {
  return websockets === false || (baseUrl !== undefined && websockets === undefined) || isNamedIn(config ?? {});
}

/** codex refuses a provider of which only a setting or two are given, also when nothing goes to it. */
function definition(options: CodexOptions): object {
  return isNamedIn(options.config ?? {}) && !choosesProvider(options) ? defined(options) : {};
}

function defined(options: CodexOptions): object {
  return { model_providers: { [sdkProvider]: sdkProviderConfig(options) } };
}

function isNamedIn(config: CodexConfigObject): boolean {
  const providers = config["model_providers"];
  const isNested = typeof providers === "object" && !Array.isArray(providers) && sdkProvider in providers;
  const dotted = `model_providers.${sdkProvider}`;
  return isNested || Object.keys(config).some((key) => key === dotted || key.startsWith(`${dotted}.`));
}
