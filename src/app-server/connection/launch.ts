// The start of Codex as an app-server: its arguments, its environment, and the settings that must not be in either.
import { mergeTrees, toConfigTree } from "../../config/config-tree.js";
import type { ConfigTree } from "../../config/config-tree.js";
import { hookTrustOf, namesHookTrust } from "../../config/hook-trust.js";
import { hideOtelHeaders } from "../../config/otel-headers.js";
import { withoutVariables } from "../../config/private-variables.js";
import { mayHoldSecrets, secretsIn, splitConfig } from "../../config/secret-locations.js";
import { mergeOverrides, toConfigArguments } from "../../config/toml.js";
import type { CodexOptions } from "../../options/options.js";
import { buildEnvironment, commandSearchPath } from "../../process/config/environment.js";
import { ensureCodexHome } from "../../process/locate/codex-home.js";
import { locateCodex } from "../../process/locate/locate.js";
import { programsOf } from "../../process/locate/programs.js";
import type { Redactor } from "../../process/redaction/redactor.js";
import { hiddenKey } from "../../providers/credentials.js";
import { setsProvider, needsProvider, sdkProvider, sdkProviderTable } from "../../providers/sdk-provider.js";
import type { Launch } from "./connection.js";

export interface Preparation extends Omit<
  Launch,
  "onNotification" | "onMessage" | "onClosed" | "checkIdentity" | "graceMs" | "threadIdleMs"
> {
  /** The part of `args` that precedes Codex's own arguments. */
  prefixArgs: readonly string[];
}

export interface Prepared extends Preparation {
  /** Configuration for the requests that open threads. */
  privateConfig: ConfigTree;
}

/** @param roots known directories that the agent may write to */
export async function prepareLaunch(
  options: CodexOptions,
  redactor: Redactor,
  roots: readonly string[],
): Promise<Prepared> {
  const location = locateCodex(options.codexPathOverride);
  await ensureCodexHome(options);
  const overrides = options.configOverrides ?? [];
  const isPrivate = (setting: ConfigTree) => mayHoldSecrets(setting) || namesHookTrust(setting);
  const { config, rest } = await mergeOverrides(toConfigTree(options.config ?? {}), overrides, isPrivate);
  const { config: withoutHeaders, variables } = hideOtelHeaders(config);
  const given = splitConfig(withoutHeaders);
  const own = splitConfig(ownConfig(options));
  redactor.add([...secretsIn(config), ...secretsIn(own.hidden)]);
  const { env, codexHome } = options;
  const hidden = await hiddenKey(options, config);
  const environment = { env, codexHome, hidden, pathDirs: location.pathDirs, roots };
  return {
    executablePath: location.executablePath,
    prefixArgs: location.args,
    args: [
      ...location.args,
      "app-server",
      ...toConfigArguments(toConfigTree(defaults)),
      ...toConfigArguments(given.visible, rest),
      ...toConfigArguments(own.visible),
      ...toConfigArguments(toConfigTree(withoutVariables(Object.keys(variables)))),
    ],
    env: { ...buildEnvironment(environment), ...variables },
    commandPath: commandSearchPath(environment),
    programs: programsOf(location),
    redactor,
    apiKey: options.apiKey,
    privateConfig: mergeTrees(hookTrustOf(config), given.hidden, own.hidden),
  };
}

/**
 * Codex keeps an unloaded thread for another 60 s, with its two open files. A process with a low limit of open files
 * would run out of them.
 */
const defaults = { thread_unload_delay_secs: 1 };

function ownConfig(options: CodexOptions): ConfigTree {
  const config = toConfigTree({
    // A released thread must not stay loaded, because another process may write to it.
    ...(options.store && { thread_unload_delay_secs: 0 }),
    // In memory only: Codex does not read or write auth.json.
    ...(options.apiKey !== undefined && { cli_auth_credentials_store: "ephemeral" }),
    ...(needsProvider(options) && { model_provider: sdkProvider }),
    ...(options.baseUrl !== undefined && !setsProvider(options) && { openai_base_url: options.baseUrl }),
  });
  if (!needsProvider(options)) return config;
  const providers = mergeTrees();
  providers[sdkProvider] = sdkProviderTable(options);
  config["model_providers"] = providers;
  return config;
}
