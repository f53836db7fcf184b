// The options of `Codex`, `Thread` and `run`.
import type { AbortSignalLike } from "../internal/abort-signal.js";
import type { ApprovalHandler } from "../approvals/approval.js";
import type { CodexConfigObject } from "./config-value.js";
import type { HermeticException } from "./hermetic-exceptions.js";
import type { Budget } from "../instruments/budget.js";
import type { CodexObserver } from "../instruments/observer.js";
import type { Prices } from "../instruments/prices.js";
import type { McpServer } from "./mcp-servers.js";
import type { ElicitationHandler, UserInputHandler } from "../approvals/questions.js";
import type { OutputSchema } from "../schema/output-schema.js";
import type { ThreadStore } from "../thread-store/thread-store.js";
import type { Tool } from "../tools/tool.js";

/**
 * When Codex requests approval. `never`: actions that need more than the sandbox permits are rejected. `on-request`: such
 * actions require approval. `untrusted`: every command that Codex does not consider harmless requires approval, too.
 */
export type ApprovalMode = "never" | "on-request" | RemovedApprovalMode | "untrusted";
/** @deprecated This version of Codex no longer has `"on-failure"`: it throws InvalidInputError. Use `"on-request"`. */
export type RemovedApprovalMode = "on-failure";
/**
 * What the agent's commands may do. `read-only`: read all files of the user. `workspace-write`: also write to the working
 * directory, `additionalDirectories` and temporary directories. `danger-full-access`: everything, without a sandbox.
 */
export type SandboxMode = "read-only" | "workspace-write" | "danger-full-access";
/** The model's reasoning effort. `listModels()` returns the efforts of each model, which may include other values. */
export type ModelReasoningEffort =
  | "none"
  | "minimal"
  | "low"
  | "medium"
  | "high"
  | "xhigh"
  | "max"
  | "ultra"
  | "persistent"
  | (string & {});
export type WebSearchMode = "disabled" | "cached" | "live";
export type CyberAccessProgram = "standard" | "daybreak_blue" | "daybreak_red";

/** Turn options whose schema is typed `unknown`. The schema is validated when the turn starts. */
export interface UntypedTurnOptions<Schema> extends Omit<TurnOptions, "outputSchema"> {
  /** Accepts only `unknown` and `any`: a value whose type cannot be a schema does not compile. */
  outputSchema: Schema & (unknown extends Schema ? unknown : never);
}

export type { CodexConfigObject, CodexConfigValue } from "./config-value.js";

/** Options of `new Codex()`. */
export interface CodexOptions {
  /**
   * Observes turns: `openTelemetry()` of codex-sdk/otel, or your own observer. Observers never fail or delay a turn.
   */
  telemetry?: CodexObserver | readonly CodexObserver[] | undefined;
  /** The price list for `turn.cost` and `budget.usd`, such as `genaiPrices()` of codex-sdk/cost. */
  prices?: Prices | undefined;
  /** Limits for all turns of this `Codex` together. */
  budget?: Budget | undefined;
  /** Path of the Codex executable, instead of the one that npm installed. */
  codexPathOverride?: string | undefined;
  /** Base URL of the Responses API, such as `https://gateway.example/v1`. @defaultValue Codex's own */
  baseUrl?: string | undefined;
  /** API key, kept in memory only. @defaultValue `CODEX_API_KEY`, else the login in CODEX_HOME */
  apiKey?: string | undefined;
  /** Codex configuration for this runtime. Takes precedence over the configuration of CODEX_HOME. */
  config?: CodexConfigObject | undefined;
  /** Raw `key=value` settings with TOML values, applied after `config`. */
  configOverrides?: readonly string[] | undefined;
  /** Environment of Codex. Undefined variables are omitted. @defaultValue `process.env` */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** CODEX_HOME: configuration, login, threads and history. @defaultValue `$CODEX_HOME`, else `~/.codex` */
  codexHome?: string | undefined;
  /** `app-server`: one process for all threads. `exec`: one process for each turn. @defaultValue "app-server" */
  transport?: "app-server" | "exec" | undefined;
  /** Whether Codex uses WebSockets for the model's endpoint. @defaultValue false with a `baseUrl`, else Codex's choice */
  websockets?: boolean | undefined;
  /**
   * Whether the endpoint at `baseUrl` implements OpenAI's extensions of the Responses API: compaction on the server and
   * `internal_chat_message_metadata_passthrough`. Gateways that implement only the public API reject both.
   * @defaultValue true for hosts of OpenAI, otherwise false
   */
  openAiExtensions?: boolean | undefined;
  /**
   * Uses nothing from the user's machine except what the options specify. Configuration, login, AGENTS.md files above
   * the working directory, skills, hooks, plugins, memories, the git remote, shell profiles and environment variables
   * are ignored. Threads are kept in a private CODEX_HOME until `close()`, unless `codexHome` is set. An array lists
   * exceptions. This is not a sandbox: commands can still read the disk.
   * @defaultValue false
   */
  hermetic?: boolean | readonly HermeticException[] | undefined;
  /**
   * Turns off features of Codex that add tools and instructions to every request: goals, sub-agents, plugins, apps
   * and skills. `config` can turn each of them on again.
   * @defaultValue false
   */
  lean?: boolean | undefined;
  /** Time that Codex and its commands have to exit before they are killed, in milliseconds. @defaultValue 2,000 */
  shutdownGraceMs?: number | undefined;
  /**
   * Where conversations are kept, such as `fileStore(directory)` of `codex-sdk/store`. A turn resolves when the store
   * contains it. Every machine with the same store can resume the thread. Not supported over `exec`.
   * @defaultValue CODEX_HOME only
   */
  store?: ThreadStore | undefined;
  /**
   * Effect of a store failure on a running turn. `fail`: the turn is interrupted. `continue`: the turn continues, and its
   * bytes are appended when the store is available again.
   * @defaultValue "fail"
   */
  storeFailure?: "fail" | "continue" | undefined;
  /**
   * How long a thread of the `store` remains claimed after its last turn, in milliseconds. After that, another machine can
   * run the next turn. 0 releases the thread immediately. The next turn claims and loads it again.
   * @defaultValue 300,000
   */
  releaseAfterMs?: number | undefined;
}

/** Options of `startThread()`, `resumeThread()` and `fork()`. */
export interface ThreadOptions {
  /** Limits for all turns of this thread together, in addition to the budget of the `Codex`. */
  budget?: Budget | undefined;
  /** Name of the model. @defaultValue Codex's */
  model?: string | undefined;
  /** ID of a provider in Codex's configuration. @defaultValue Codex's; with a `baseUrl`, a provider of this SDK */
  modelProvider?: string | undefined;
  modelReasoningEffort?: ModelReasoningEffort | undefined;
  /** What the agent's commands may do. @defaultValue Codex's; `read-only` if it is not configured */
  sandboxMode?: SandboxMode | undefined;
  /** Directory in which the agent works. @defaultValue the host's working directory */
  workingDirectory?: string | undefined;
  /** Additional directories that `workspace-write` may write to. */
  additionalDirectories?: readonly string[] | undefined;
  /**
   * Whether Codex loads the repository's own configuration: `.codex/config.toml`, hooks and rules. Its MCP servers and
   * hooks run outside the sandbox. The trust applies to this thread and is not saved.
   * @defaultValue `false`; a project that the user's configuration trusts remains trusted
   */
  trustProject?: boolean | undefined;
  /** Allows a working directory outside a git repository. @defaultValue false */
  skipGitRepoCheck?: boolean | undefined;
  /** Whether commands in `workspace-write` can access the network. @defaultValue false */
  networkAccessEnabled?: boolean | undefined;
  webSearchMode?: WebSearchMode | undefined;
  /** `true` means `webSearchMode: "live"`, `false` means `"disabled"`. `webSearchMode` takes precedence. */
  webSearchEnabled?: boolean | undefined;
  /** When Codex requests approval. @defaultValue `never`; `on-request` with an `onApproval` */
  approvalPolicy?: ApprovalMode | undefined;
  /** A label for Codex's statistics about the origin of threads. */
  threadSource?: string | undefined;
  /**
   * Instructions of the developer, which take precedence over the user's prompts. They are part of the conversation: other
   * instructions for a resumed or forked thread reach the model after the next compaction.
   */
  developerInstructions?: string | undefined;
  /** Alias of `developerInstructions`. Passing both throws InvalidInputError. */
  instructions?: string | undefined;
  /** Replaces Codex's base instructions. A resumed thread keeps those of its start. @defaultValue Codex's */
  baseInstructions?: string | undefined;
  /** Does not save the thread to disk. @defaultValue false */
  ephemeral?: boolean | undefined;
  /** Whether the agent maintains a plan, emitted as `todo_list` items. @defaultValue Codex's, off */
  planTool?: boolean | undefined;
  /** MCP servers of this thread, by name. */
  mcpServers?: Readonly<Record<string, McpServer>> | undefined;
  /** Functions of the host that the agent may call, created with `tool()`. */
  tools?: readonly Tool[] | undefined;
  /** Answers Codex's approval requests. Without it, nothing outside the sandbox is approved. */
  onApproval?: ApprovalHandler | undefined;
  /** Answers the agent's questions to the user. Without it, they are declined immediately. */
  onUserInput?: UserInputHandler | undefined;
  /** Answers the requests of MCP servers to the user. Without it, they are declined immediately. */
  onElicitation?: ElicitationHandler | undefined;
  /** Codex configuration for this thread. Takes precedence over the configuration of the `Codex`. */
  config?: CodexConfigObject | undefined;
}

/** Options of `run()` and `runStreamed()`. */
export interface TurnOptions<Schema extends OutputSchema | undefined = OutputSchema | undefined> {
  /** Limits for this turn, in addition to the budgets of the thread and the `Codex`. */
  budget?: Budget | undefined;
  /**
   * Schema of the final answer: a JSON Schema object, or a Standard Schema that provides its JSON Schema. Any other value
   * rejects the turn with InvalidInputError before it is sent.
   */
  outputSchema?: Schema | undefined;
  /** Interrupts the turn when it aborts. */
  signal?: AbortSignalLike | undefined;
  /** Experimental: a cyber access program for this turn, with the built-in OpenAI provider. */
  cyberAccessProgram?: CyberAccessProgram | undefined;
  /** Time limit for the turn in milliseconds, including the wait for earlier turns. @defaultValue no limit */
  timeoutMs?: number | undefined;
  /** Time limit without events in milliseconds. Pauses while a command, tool or approval is running. @defaultValue no limit */
  idleTimeoutMs?: number | undefined;
  /** The model for this turn and the following ones. */
  model?: string | undefined;
  /** The reasoning effort for this turn and the following ones. */
  modelReasoningEffort?: ModelReasoningEffort | undefined;
  /** What the agent's commands may do in this turn only. @defaultValue the thread's */
  sandboxMode?: SandboxMode | undefined;
  /** When Codex requests approval, in this turn only. @defaultValue the thread's */
  approvalPolicy?: ApprovalMode | undefined;
}
