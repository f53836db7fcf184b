// How codex is started as an app-server: its arguments, its environment, and what must stay out of both.
import type { CodexOptions } from "../../options.js";
import { buildEnvironment } from "../process/environment.js";
import { ensureCodexHome } from "../process/codex-home.js";
import { locateCodex } from "../process/locate.js";
import { ToolServer } from "../tool-server/tool-server.js";
import { toConfigArguments } from "../process/toml.js";
import type { Launch } from "./connection.js";
import type { RuntimeSettings } from "./thread-params.js";
import { sdkProvider } from "../sdk-provider.js";
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

export function runtimeSettings(options: CodexOptions): RuntimeSettings {
  return {
    modelProvider: needsProvider(options) ? sdkProvider : undefined,
    privateConfig: splitConfig(options.config ?? {}).hidden,
    toolServer: new ToolServer(),
  };
}

function ownConfig(options: CodexOptions): object {
  return {
    // In memory only: no auth.json is written, and none is read.
    ...(options.apiKey !== undefined && { cli_auth_credentials_store: "ephemeral" }),
    ...(needsProvider(options) && {
      model_provider: sdkProvider,
      model_providers: { [sdkProvider]: provider(options) },
    }),
  };
}

/** A provider of one's own in `config` keeps its say; `baseUrl` and `websockets` speak of codex's default one. */
function needsProvider({ baseUrl, websockets, config }: CodexOptions): boolean {
  return (baseUrl !== undefined || websockets !== undefined) && config?.["model_provider"] === undefined;
}

function provider({ baseUrl, websockets }: CodexOptions): object {
  return {
    name: "OpenAI",
    ...(baseUrl !== undefined && { base_url: baseUrl }),
    wire_api: "responses",
    requires_openai_auth: true,
    supports_websockets: websockets ?? false,
  };
}
