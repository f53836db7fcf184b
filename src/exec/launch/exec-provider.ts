// The provider of a turn over exec, as far as the arguments of the reference SDK do not set it.
import { isTable, mergeTrees, toConfigTree } from "../../config/config-tree.js";
import type { ConfigTree } from "../../config/config-tree.js";
import type { CodexOptions, ThreadOptions } from "../../options/options.js";
import { resumeProvider } from "../../providers/resume-provider.js";
import { setsProvider, needsProvider, sdkProvider, sdkProviderTable } from "../../providers/sdk-provider.js";
import { readUserConfig } from "../../providers/user-config.js";

export interface ExecProvider {
  runtime: CodexOptions;
  thread: ThreadOptions;
  /** The provider that the thread was saved with. */
  saved: string | undefined;
  codexHome: string;
}

/** Configuration that defines and selects the provider of a new or saved thread. */
export async function execProvider({ runtime, thread, saved, codexHome }: ExecProvider): Promise<ConfigTree> {
  const readConfig = () => readUserConfig(codexHome);
  const { modelProvider, config } = await resumeProvider({ saved, runtime, thread, readConfig });
  const isDefined = needsProvider(runtime) || isNamed(runtime);
  const own = isDefined && !setsProvider(runtime) ? definition(runtime) : mergeTrees();
  // Unlike app-server, `codex exec` does not select a saved thread's provider automatically.
  const chosen = modelProvider === undefined ? mergeTrees() : toConfigTree({ model_provider: modelProvider });
  return mergeTrees(own, config, chosen);
}

function definition(runtime: CodexOptions): ConfigTree {
  const providers = mergeTrees();
  providers[sdkProvider] = sdkProviderTable(runtime);
  const config = mergeTrees();
  config["model_providers"] = providers;
  return config;
}

/** Codex rejects a provider with incomplete settings, even if it is not used. */
function isNamed({ config }: CodexOptions): boolean {
  const providers = config === undefined ? undefined : toConfigTree(config)["model_providers"];
  return isTable(providers) && sdkProvider in providers;
}
