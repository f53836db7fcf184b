// The public face of codex-sdk.
export { Codex } from "./codex.js";
export { Thread } from "./thread.js";
export { StreamedTurn } from "./streamed-turn.js";
export type { RunStreamedResult } from "./streamed-turn.js";
export type { RunResult, Turn } from "./turn.js";
export * from "./errors.js";
export type * from "./events.js";
export type * from "./items.js";
export type * from "./options.js";
export { approvals } from "./approvals/policies.js";
export type { AllowRules, ApprovalRules, AskFunction, DenyRules } from "./approvals/policies.js";
export type { CommandRule } from "./approvals/command-rule.js";
export type * from "./approvals.js";
export type * from "./questions.js";
export type { HttpMcpServer, McpServer, McpServerSettings, StdioMcpServer } from "./mcp-servers.js";
export { tool } from "./tools.js";
export type { Tool, ToolContent, ToolContext, ToolDefinition } from "./tools.js";
export type * from "./output-schema.js";
export type {
  ImageDataInput,
  ImageDetail,
  ImageMediaType,
  ImageUrlInput,
  Input,
  LocalImageInput,
  MentionInput,
  SkillInput,
  TextInput,
  UserInput,
} from "./input.js";
export type { AbortSignalLike, HostAbortSignal } from "./abort-signal.js";
export { ThreadList } from "./threads/thread-list.js";
export type * from "./threads/fork-options.js";
export type * from "./threads/list-options.js";
export type * from "./threads/review-target.js";
export type * from "./threads/thread-record.js";
export type * from "./threads/turn-record.js";
export type { ListModelsOptions, Model, ModelEffort } from "./models.js";
export type * from "./account.js";
export type * from "./notifications.js";
export type { RequestArguments, RequestMethod, RequestParams, RequestResult } from "./codex.js";
export { version, codexVersion } from "./version.js";
