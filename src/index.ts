// The public API: every name that `import … from "codex-sdk"` offers. Modules that also export internal values are
// listed by name: `export type *` would include these values in the types.
export { Codex } from "./codex.js";
export { Thread } from "./thread/thread.js";
export { runTurnOnce } from "./thread/once/run-turn-once.js";
export type { CommonOnceOptions, TurnOnceOptions } from "./thread/once/run-turn-once.js";
export type { RecordedCall } from "./transport/transport-thread.js";
export type * from "./thread/once/once-outcome.js";
export { StreamedTurn } from "./turn/streamed-turn.js";
export type { RunStreamedResult } from "./turn/streamed-turn.js";
export type { RunResult, Turn } from "./turn/turn.js";
export * from "./errors/errors.js";
export type * from "./events/events.js";
export type * from "./events/items.js";
export type * from "./options/options.js";
export type { HermeticException } from "./options/hermetic-exceptions.js";
export type {
  Budget,
  BudgetDecision,
  BudgetHandler,
  BudgetLimit,
  BudgetScope,
  BudgetStatus,
} from "./instruments/budget.js";
export type * from "./instruments/observer.js";
export type { PriceQuery, Prices } from "./instruments/prices.js";
export type * from "./usage/turn-cost.js";
export type { ContextWindow, ModelCall, SubagentUsage, TurnUsage } from "./usage/turn-usage.js";
export { approvals } from "./approvals/policies.js";
export type { AskFunction } from "./approvals/policies.js";
export type { AllowRules, ApprovalRules, DenyRules } from "./approvals/rules/rules.js";
export type { CommandRule } from "./approvals/rules/command-rule.js";
export type * from "./approvals/approval.js";
export type * from "./approvals/questions.js";
export type { HttpMcpServer, McpServer, McpServerSettings, StdioMcpServer } from "./options/mcp-servers.js";
export { tool } from "./tools/tool.js";
export { image } from "./tools/tool-image.js";
export type { ToolImage } from "./tools/tool-image.js";
export type { Tool, ToolContent, ToolContext, ToolDefinition } from "./tools/tool.js";
export type * from "./schema/output-schema.js";
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
} from "./input/input.js";
export type { AbortSignalLike, HostAbortSignal } from "./internal/abort-signal.js";
export { ThreadList } from "./thread/thread-list.js";
export type { ForkOptions } from "./options/fork-options.js";
export type {
  ListThreadsOptions,
  SortDirection,
  ThreadPage,
  ThreadSort,
  ThreadSourceFilter,
} from "./records/list-options.js";
export type { ReviewOptions, ReviewTarget } from "./options/review-target.js";
export type * from "./records/thread-record.js";
export type * from "./records/turn-record.js";
export type { RecordedEvent, ThreadEventsOptions, TurnRestartedEvent } from "./records/recorded-event.js";
export type * from "./thread-store/thread-store.js";
export type * from "./thread-store/thread-head.js";
export type * from "./thread-store/thread-append.js";
export type * from "./thread-store/thread-manifest.js";
export type { ListModelsOptions, Model, ModelEffort } from "./account/models.js";
export type * from "./account/account.js";
export type {
  AccountUpdatedNotification,
  CodexNotification,
  ConfigWarningNotification,
  DeprecationNotification,
  LoginCompletedNotification,
  McpServerStatusNotification,
  NotificationOf,
  NotificationType,
  RateLimitsNotification,
  ThreadArchivedNotification,
  ThreadClosedNotification,
  ThreadDeletedNotification,
  ThreadOpenedNotification,
  ThreadRenamedNotification,
  ThreadStatusNotification,
  ThreadUnarchivedNotification,
  UnknownNotification,
  WarningNotification,
} from "./notifications/notifications.js";
export type { RequestArguments, RequestMethod, RequestParams, RequestResult } from "./codex.js";
export type { DoctorCheck, DoctorReport, DoctorStatus } from "./doctor/report.js";
export { version, codexVersion } from "./internal/version.js";
