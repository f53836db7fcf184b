// A thread's options as the protocol takes them.
import path from "node:path";
import type { ThreadOptions } from "../../options.js";
import type { JsonValue } from "./protocol/serde_json/JsonValue.js";
import type { ThreadStartParams } from "./protocol/v2/ThreadStartParams.js";

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

export interface RuntimeSettings {
  /** The provider that this runtime's endpoint was configured as. */
  modelProvider: string | undefined;
  /** Configuration that must not be seen in argv. */
  privateConfig: Record<string, JsonValue>;
}

/** Only what was given: what was not stays as codex, or the thread's own record, has it. */
export function toThreadSettings(options: ThreadOptions, runtime: RuntimeSettings): ThreadSettings {
  const config = { ...runtime.privateConfig, ...toConfig(options) };
  return {
    ...(options.model !== undefined && { model: options.model }),
    ...(options.modelProvider !== undefined && { modelProvider: options.modelProvider }),
    ...(options.workingDirectory !== undefined && { cwd: path.resolve(options.workingDirectory) }),
    ...(options.approvalPolicy !== undefined && { approvalPolicy: toApprovalPolicy(options.approvalPolicy) }),
    ...(options.sandboxMode !== undefined && { sandbox: options.sandboxMode }),
    ...(options.baseInstructions !== undefined && { baseInstructions: options.baseInstructions }),
    ...(options.instructions !== undefined && { developerInstructions: options.instructions }),
    ...(Object.keys(config).length > 0 && { config }),
  };
}

/** What only a new thread takes. */
export function toStartParams(options: ThreadOptions, runtime: RuntimeSettings): ThreadStartParams {
  const asks = options.onApproval !== undefined;
  const modelProvider = options.modelProvider ?? runtime.modelProvider;
  return {
    ...toThreadSettings(options, runtime),
    ...(modelProvider !== undefined && { modelProvider }),
    cwd: path.resolve(options.workingDirectory ?? process.cwd()),
    approvalPolicy: toApprovalPolicy(options.approvalPolicy ?? (asks ? "on-request" : "never")),
    ...(options.ephemeral !== undefined && { ephemeral: options.ephemeral }),
    ...(options.threadSource !== undefined && { threadSource: options.threadSource }),
  };
}

function toConfig(options: ThreadOptions): Record<string, JsonValue> {
  const webSearch =
    options.webSearchMode ??
    (options.webSearchEnabled === undefined ? undefined : options.webSearchEnabled ? "live" : "disabled");
  const directories = options.additionalDirectories?.map((directory) => path.resolve(directory));
  return {
    ...(options.config as Record<string, JsonValue> | undefined),
    ...(options.modelReasoningEffort !== undefined && { model_reasoning_effort: options.modelReasoningEffort }),
    ...(options.networkAccessEnabled !== undefined && {
      "sandbox_workspace_write.network_access": options.networkAccessEnabled,
    }),
    ...(directories !== undefined &&
      directories.length > 0 && { "sandbox_workspace_write.writable_roots": directories }),
    ...(webSearch !== undefined && { web_search: webSearch }),
    ...(options.planTool !== undefined && { "tools.update_plan.enabled": options.planTool }),
  };
}

function toApprovalPolicy(policy: NonNullable<ThreadOptions["approvalPolicy"]>) {
  // Options are checked before they come here; this codex knows no `on-failure`.
  return policy as Exclude<typeof policy, "on-failure">;
}
