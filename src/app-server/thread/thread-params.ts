// A thread's options as the protocol takes them.
import { toMcpConfig } from "../../options/mcp-servers.js";
import type { ThreadOptions } from "../../options/options.js";
import { webSearchModeOf } from "../../options/web-search.js";
import { approvalPolicyOf } from "./approval-policy.js";
import { mergeTrees, toConfigTree } from "../../config/config-tree.js";
import type { ConfigTree } from "../../config/config-tree.js";
import { flatConfig } from "../../config/flat-config.js";
import type { ThreadStartParams } from "../protocol/v2/ThreadStartParams.js";
import { approvalsOutsideElicitations } from "../server-requests/mcp-tool-approval.js";
import type { RuntimeSettings } from "./runtime-settings.js";
import type { ThreadSandbox } from "./thread-sandbox.js";
import { hostDirectory, realDirectory } from "../../options/working-directory.js";

/** What `thread/start`, `thread/resume` and `thread/fork` have in common. */
export type ThreadSettings = Pick<
  ThreadStartParams,
  | "model"
  | "modelProvider"
  | "cwd"
  | "approvalPolicy"
  | "sandbox"
  | "config"
  | "baseInstructions"
  | "developerInstructions"
>;

/** Only what was given; the rest stays as Codex, or the thread's own record, has it. */
export function toThreadSettings(
  options: ThreadOptions,
  { runtime, sandbox, isNew = false }: { runtime: RuntimeSettings; sandbox: ThreadSandbox; isNew?: boolean },
): ThreadSettings {
  const config = {
    ...sandbox.threadConfig(flatConfig(mergeTrees(runtime.privateConfig, toConfig(options)))),
    ...approvalsOutsideElicitations,
  };
  const approvalPolicy = approvalPolicyOf(options, isNew);
  return {
    ...(options.model !== undefined && { model: options.model }),
    ...(options.modelProvider !== undefined && { modelProvider: options.modelProvider }),
    ...(options.workingDirectory !== undefined && { cwd: realDirectory(options.workingDirectory) }),
    ...(approvalPolicy !== undefined && { approvalPolicy }),
    // Each turn brings its own. A thread that is started with write access makes Codex trust the repository.
    sandbox: "read-only",
    ...(options.baseInstructions !== undefined && { baseInstructions: options.baseInstructions }),
    ...(options.developerInstructions !== undefined && { developerInstructions: options.developerInstructions }),
    ...(Object.keys(config).length > 0 && { config }),
  };
}

/** What only a new thread takes. */
export function toStartParams(
  options: ThreadOptions,
  runtime: RuntimeSettings,
  sandbox: ThreadSandbox,
): ThreadStartParams {
  const modelProvider = options.modelProvider ?? runtime.modelProvider;
  return {
    ...toThreadSettings(options, { runtime, sandbox, isNew: true }),
    ...(modelProvider !== undefined && { modelProvider }),
    cwd: realDirectory(options.workingDirectory ?? hostDirectory()),
    // Reports each model response as it ends, which the thread's total does not do for all of them.
    experimentalRawEvents: true,
    ...(options.ephemeral !== undefined && { ephemeral: options.ephemeral }),
    ...(options.threadSource !== undefined && { threadSource: options.threadSource }),
  };
}

function toConfig(options: ThreadOptions): ConfigTree {
  const webSearch = webSearchModeOf(options);
  const ownConfig = {
    ...(options.modelReasoningEffort !== undefined && { model_reasoning_effort: options.modelReasoningEffort }),
    ...(webSearch !== undefined && { web_search: webSearch }),
    ...(options.planTool !== undefined && { "tools.update_plan.enabled": options.planTool }),
  };
  return mergeTrees(
    toConfigTree(options.onUserInput ? askingTool : {}),
    toMcpConfig(options.mcpServers ?? {}),
    toConfigTree(options.config ?? {}),
    toConfigTree(ownConfig),
  );
}

/** Outside its plan mode codex has the tool that asks the user behind a switch, and warns of each switch. */
const askingTool = { "features.default_mode_request_user_input": true, suppress_unstable_features_warning: true };
