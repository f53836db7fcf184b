// The arguments of `codex exec` for one turn: those of the reference SDK in its order, then those that it does not support.
import { toMcpConfig } from "../../options/mcp-servers.js";
import type { CodexOptions, ThreadOptions } from "../../options/options.js";
import { hostDirectory } from "../../validation/host-directory.js";
import { webSearchModeOf } from "../../options/web-search.js";
import { repositoryRoot } from "../../sandbox/configured-sandbox.js";
import { literalTree, mergeTrees, toConfigTree } from "../../config/config-tree.js";
import type { ConfigTree } from "../../config/config-tree.js";
import { bypassesHookTrust } from "../../config/hook-trust.js";
import { withoutVariables } from "../../config/private-variables.js";
import { toConfigArguments } from "../../config/toml.js";
import type { TurnRequest } from "../../transport/transport.js";
import { endpointOf } from "../../config/endpoint.js";
import { hideSecrets } from "./hide-secrets.js";
import { markServers } from "./mark-servers.js";
import type { ExecSandbox } from "./exec-sandbox.js";
import type { SecretEnvironment } from "./secret-environment.js";

export interface ExecTurnPlan {
  runtime: CodexOptions;
  thread: ThreadOptions;
  /** Its model and effort are those of the thread unless the turn sets its own. */
  request: TurnRequest;
  threadId: string | null;
  /** The directory of the turn; undefined if Codex decides. */
  cwd: string | undefined;
  sandbox: ExecSandbox;
  /** PATH of the agent's commands, if it differs from that of Codex. */
  commandPath: string | undefined;
  /** The configuration of `runtime`, including the overrides that may contain secrets. */
  config: ConfigTree;
  /** The configuration that Codex reads from its files. */
  userConfig: ConfigTree;
  /** The other overrides. */
  overrides: readonly string[];
  /** Defines or selects the provider. */
  provider: ConfigTree;
  schemaFile: string | undefined;
  images: readonly string[];
  /** Collects values that must not be visible in the arguments. */
  secrets: SecretEnvironment;
  /** Variables that the agent's commands must not inherit, in addition to the secrets. */
  privateVariables: readonly string[];
}

export function execArguments(plan: ExecTurnPlan): string[] {
  const { runtime, thread, request, threadId, secrets } = plan;
  const config = hideSecrets(plan.config, secrets);
  const settings = toConfigArguments(config, plan.overrides);
  const own = ownArguments(plan, config);
  return [
    "exec",
    "--experimental-json",
    ...settings,
    ...setting("openai_base_url", runtime.baseUrl === undefined ? undefined : plainUrl(runtime.baseUrl)),
    ...own,
    ...option("--model", request.model ?? thread.model),
    ...(bypassesHookTrust(plan.config, toConfigTree(thread.config ?? {})) ? ["--dangerously-bypass-hook-trust"] : []),
    ...(threadId === null ? option("--thread-source", thread.threadSource) : []),
    ...option("--sandbox", plan.sandbox.mode),
    ...option("--cd", plan.cwd),
    ...(thread.additionalDirectories ?? []).flatMap((directory) => option("--add-dir", directory)),
    ...(thread.skipGitRepoCheck === true ? ["--skip-git-repo-check"] : []),
    ...option("--output-schema", plan.schemaFile),
    ...option("--cyber-access-program", request.cyberAccessProgram),
    ...setting("model_reasoning_effort", request.modelReasoningEffort ?? thread.modelReasoningEffort),
    ...setting("sandbox_workspace_write.network_access", thread.networkAccessEnabled),
    ...setting("web_search", webSearchModeOf(thread)),
    ...toConfigArguments(toConfigTree(plan.sandbox.config)),
    ...setting("approval_policy", request.approvalPolicy ?? thread.approvalPolicy),
    ...(threadId === null ? [] : ["resume", threadId]),
    ...plan.images.flatMap((image) => option("--image", image)),
  ];
}

/** Options that the reference does not support. They come after the runtime's configuration, which they refine. */
function ownArguments(plan: ExecTurnPlan, runtimeConfig: ConfigTree): string[] {
  const { thread, secrets } = plan;
  const servers = hideSecrets(toMcpConfig(thread.mcpServers ?? {}), secrets);
  const threadConfig = hideSecrets(trusted(thread, plan.cwd), secrets);
  const configs = [
    threadConfig,
    hideSecrets(plan.provider, secrets),
    servers,
    markServers(plan.userConfig, runtimeConfig, threadConfig, servers),
    {
      ...(thread.developerInstructions !== undefined && { developer_instructions: thread.developerInstructions }),
      ...(thread.baseInstructions !== undefined && { instructions: thread.baseInstructions }),
      ...(thread.planTool !== undefined && { tools: { update_plan: { enabled: thread.planTool } } }),
    },
    withoutVariables([...plan.privateVariables, ...Object.keys(secrets.variables)]),
    commandPathConfig(plan),
  ];
  const settings = configs.flatMap((config) => toConfigArguments(config));
  return [...settings, ...(thread.ephemeral === true ? ["--ephemeral"] : [])];
}

/** The caller's own PATH for commands takes precedence. */
function commandPathConfig({ runtime, thread, commandPath }: ExecTurnPlan): object {
  const own = [runtime.config, thread.config].some((config) => /\bPATH\b/.test(JSON.stringify(config ?? {})));
  return commandPath === undefined || own ? {} : { shell_environment_policy: { set: { PATH: commandPath } } };
}

/** Applies to this turn's process only. */
function trusted({ config = {}, trustProject }: ThreadOptions, cwd: string | undefined): ConfigTree {
  const own = toConfigTree(config);
  if (trustProject !== true) return own;
  const directory = cwd ?? hostDirectory();
  const root = repositoryRoot(directory) ?? directory;
  return mergeTrees(own, literalTree({ projects: { [root]: { trust_level: "trusted" } } }));
}

/** A URL with credentials is in the provider's definition. */
function plainUrl(baseUrl: string): string {
  return endpointOf(baseUrl).base_url;
}

/** Codex would parse a value that begins with `-` as an option. */
function option(name: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  return value.startsWith("-") ? [`${name}=${value}`] : [name, value];
}

function setting(key: string, value: string | boolean | undefined): string[] {
  return value === undefined ? [] : ["--config", `${key}=${JSON.stringify(value)}`];
}
