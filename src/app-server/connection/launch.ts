// How codex is started as an app-server: its arguments, its environment, and what must stay out of both.
import type { CodexOptions } from "../../options/options.js";
import { buildEnvironment } from "../../process/config/environment.js";
import { ensureCodexHome } from "../../process/locate/codex-home.js";
import { locateCodex } from "../../process/locate/locate.js";
import { toConfigArguments } from "../../process/config/toml.js";
import type { Launch } from "./connection.js";
import { needsProvider, sdkProvider, sdkProviderConfig } from "../../process/config/sdk-provider.js";
import { splitConfig } from "./private-config.js";

export interface Preparation extends Omit<Launch, "onNotification" | "onClosed" | "checkIdentity" | "graceMs"> {
  /** Those of `args` that stand before codex's own. */
  prefixArgs: readonly string[];
}

export async function prepareLaunch(options: CodexOptions, secrets: readonly string[]): Promise<Preparation> {
  const location = locateCodex(options.codexPathOverride);
  await ensureCodexHome(options);
  const { visible } = splitConfig(options.config ?? {});
  const args = [
    ...location.args,
    "app-server",
    ...(await toConfigArguments(visible, options.configOverrides ?? [])),
    ...(await toConfigArguments(ownConfig(options))),
  ];
  const { env, codexHome } = options;
  return {
    executablePath: location.executablePath,
    prefixArgs: location.args,
    args,
    env: buildEnvironment({ env, codexHome, pathDirs: location.pathDirs, hidden: options.apiKey }),
    secrets,
    apiKey: options.apiKey,
  };
}

function ownConfig(options: CodexOptions): object {
  return {
    // In memory only: no auth.json is written, and none is read.
    ...(options.apiKey !== undefined && { cli_auth_credentials_store: "ephemeral" }),
    ...(needsProvider(options) && {
      model_provider: sdkProvider,
      model_providers: { [sdkProvider]: sdkProviderConfig(options) },
    }),
  };
}
