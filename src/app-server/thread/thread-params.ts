// Converts a thread's options to parameters of the protocol.
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
import { realDirectory } from "../../options/working-directory.js";
import { hostDirectory } from "../../validation/host-directory.js";

/** Parameters that `thread/start`, `thread/resume` and `thread/fork` have in common. */
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

/** Only the options that were passed. Codex, or the thread's record, determines the others. */
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
    // Each turn sets its own sandbox. If a thread is started with write access, Codex trusts the repository.
    sandbox: "read-only",
    ...(options.baseInstructions !== undefined && { baseInstructions: options.baseInstructions }),
    ...(options.developerInstructions !== undefined && { developerInstructions: options.developerInstructions }),
    ...(Object.keys(config).length > 0 && { config }),
  };
}

/** Parameters that only a new thread accepts. */
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
    // Reports each model response when it ends. The thread's total does not include all of them.
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

/** Outside plan mode, the tool for questions to the user requires a feature. Codex warns about each such feature. */
const askingTool = { "features.default_mode_request_user_input": true, suppress_unstable_features_warning: true };
