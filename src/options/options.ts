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

/** When Codex asks before it acts. */
export type ApprovalMode = "never" | "on-request" | RemovedApprovalMode | "untrusted";
/** @deprecated This version of Codex no longer has `"on-failure"`: it throws InvalidInputError. Use `"on-request"`. */
export type RemovedApprovalMode = "on-failure";
export type SandboxMode = "read-only" | "workspace-write" | "danger-full-access";
/** How much the model thinks. `listModels()` returns the efforts of each model: other values than these may exist. */
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

/** Turn options whose schema comes from elsewhere, typed `unknown`. It is checked when the turn starts. */
export interface UntypedTurnOptions<Schema> extends Omit<TurnOptions, "outputSchema"> {
  /** Only `unknown` and `any` are accepted: a value that is known not to be a schema does not compile. */
  outputSchema: Schema & (unknown extends Schema ? unknown : never);
}

export type { CodexConfigObject, CodexConfigValue } from "./config-value.js";

export interface CodexOptions {
  /**
   * Watches turns: `openTelemetry()` of codex-sdk/otel, or an observer of your own. Observers never fail or delay a turn.
   */
  telemetry?: CodexObserver | readonly CodexObserver[] | undefined;
  /** The price list for `turn.cost` and `budget.usd`, such as `genaiPrices()` of codex-sdk/cost. */
  prices?: Prices | undefined;
  /** What the turns of this Codex may spend, all together. */
  budget?: Budget | undefined;
  /** Path of the Codex executable, instead of the one that npm installed. */
  codexPathOverride?: string | undefined;
  /** Base URL of the Responses API, such as `https://gateway.example/v1`. Default: Codex's own. */
  baseUrl?: string | undefined;
  /** API key. Held in memory only. Default: whatever `codex login` left in CODEX_HOME. */
  apiKey?: string | undefined;
  /** Codex configuration for this runtime, over that of CODEX_HOME. */
  config?: CodexConfigObject | undefined;
  /** Raw `key=value` settings, the value in TOML, after `config`. */
  configOverrides?: readonly string[] | undefined;
  /** The environment of Codex, instead of `process.env`. Variables that are undefined are left out. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** CODEX_HOME: configuration, login, threads and history. Default: the environment's, else `~/.codex`. */
  codexHome?: string | undefined;
  /** `app-server`: one warm process for all threads. `exec`: one process for each turn. Default `app-server`. */
  transport?: "app-server" | "exec" | undefined;
  /** Whether Codex speaks WebSocket to the model's endpoint. Default: false with a `baseUrl`, else Codex's choice. */
  websockets?: boolean | undefined;
  /**
   * Whether the endpoint at `baseUrl` implements OpenAI's extensions of the Responses API: compaction on the server and
   * `internal_chat_message_metadata_passthrough`. Gateways that implement only the public API reject both.
   * @defaultValue true for hosts of OpenAI, otherwise false
   */
  openAiExtensions?: boolean | undefined;
  /**
   * Takes nothing from the user's machine except what the options specify: configuration, login, AGENTS.md files above
   * the working directory, skills, hooks, plugins, memories, the git remote, shell profiles and environment variables
   * stay out. Threads are kept in a private CODEX_HOME until `close()`, unless `codexHome` is given. An array lists
   * exceptions. This is not a sandbox: commands can still read the disk.
   * @defaultValue false
   */
  hermetic?: boolean | readonly HermeticException[] | undefined;
  /**
   * Switches off features of Codex that add tools and instructions to every request: goals, sub-agents, plugins, apps
   * and skills. `config` can switch each of them on again.
   * @defaultValue false
   */
  lean?: boolean | undefined;
  /** How long Codex and its commands may take to end when asked to, in milliseconds. Default 2,000. */
  shutdownGraceMs?: number | undefined;
  /**
   * Where conversations are kept, such as `fileStore(directory)` of `codex-sdk/store`. A turn resolves when the store has
   * it, and every machine with the same store can resume the thread. Not over `exec`. @defaultValue CODEX_HOME only
   */
  store?: ThreadStore | undefined;
  /**
   * What happens when the store fails while a turn runs. `fail`: the turn is interrupted. `continue`: the turn goes on,
   * and its bytes are appended when the store returns. @defaultValue "fail"
   */
  storeFailure?: "fail" | "continue" | undefined;
}

export interface ThreadOptions {
  /** What the turns of this thread may spend, all together. Applies besides the budget of the Codex. */
  budget?: Budget | undefined;
  /** The model's name. Default: Codex's. */
  model?: string | undefined;
  /** Id of a provider in Codex's configuration. Default: Codex's, or this SDK's own with a `baseUrl`. */
  modelProvider?: string | undefined;
  modelReasoningEffort?: ModelReasoningEffort | undefined;
  /** What the agent's commands may do. Default: Codex's, `read-only` where nothing else is configured. */
  sandboxMode?: SandboxMode | undefined;
  /** Where the agent works. Default: the host's own working directory. */
  workingDirectory?: string | undefined;
  /** Directories that `workspace-write` may write to as well. */
  additionalDirectories?: readonly string[] | undefined;
  /**
   * Whether Codex loads the repository's own configuration: `.codex/config.toml`, hooks and rules. Its MCP servers and
   * hooks run outside the sandbox. The trust holds for this thread and is not saved.
   * @defaultValue `false`; a project that the user's configuration trusts stays trusted
   */
  trustProject?: boolean | undefined;
  /** Work outside a git repository too. Default false. */
  skipGitRepoCheck?: boolean | undefined;
  /** Whether commands in `workspace-write` reach the network. Default false. */
  networkAccessEnabled?: boolean | undefined;
  webSearchMode?: WebSearchMode | undefined;
  /** `true` is `webSearchMode: "live"`, `false` is `"disabled"`; `webSearchMode` wins. */
  webSearchEnabled?: boolean | undefined;
  /** Default: `never`, or `on-request` with an `onApproval`. */
  approvalPolicy?: ApprovalMode | undefined;
  /** A label for Codex's statistics on who starts threads. */
  threadSource?: string | undefined;
  /** Instructions of the developer: they rank above the user's prompts. */
  developerInstructions?: string | undefined;
  /** Alias of `developerInstructions`. Passing both throws InvalidInputError. */
  instructions?: string | undefined;
  /** Instead of Codex's own base instructions. */
  baseInstructions?: string | undefined;
  /** Keep nothing of the thread on disk. Default false. */
  ephemeral?: boolean | undefined;
  /** Whether the agent keeps a plan, shown as `todo_list`. Default: Codex's, off. */
  planTool?: boolean | undefined;
  /** MCP servers of this thread, by name. */
  mcpServers?: Readonly<Record<string, McpServer>> | undefined;
  /** Functions of the host that the agent may call, made with `tool()`. */
  tools?: readonly Tool[] | undefined;
  /** Answers Codex's questions for approval. Without it nothing outside the sandbox is approved. */
  onApproval?: ApprovalHandler | undefined;
  /** Answers the agent's questions to the user. Without it they are declined at once. */
  onUserInput?: UserInputHandler | undefined;
  /** Answers what MCP servers ask of the user. Without it they are declined at once. */
  onElicitation?: ElicitationHandler | undefined;
  /** Codex configuration for this thread, over the runtime's. */
  config?: CodexConfigObject | undefined;
}

export interface TurnOptions<Schema extends OutputSchema | undefined = OutputSchema | undefined> {
  /** What this turn may spend. Applies besides the budgets of the thread and the Codex. */
  budget?: Budget | undefined;
  /**
   * The schema of the final answer: a JSON Schema object, or a Standard Schema that can give its JSON Schema. A turn with
   * anything else is rejected with InvalidInputError before it is sent.
   */
  outputSchema?: Schema | undefined;
  /** Ends the turn when it fires. */
  signal?: AbortSignalLike | undefined;
  /** Experimental: a cyber program for this turn, with the built-in OpenAI provider. */
  cyberAccessProgram?: CyberAccessProgram | undefined;
  /** The longest that the turn may take, its wait for earlier turns included, in milliseconds. Default: no limit. */
  timeoutMs?: number | undefined;
  /** The longest silence, while no command, tool or approval is running, in milliseconds. Default: no limit. */
  idleTimeoutMs?: number | undefined;
  /** The model for this turn and those after it. */
  model?: string | undefined;
  /** The effort for this turn and those after it. */
  modelReasoningEffort?: ModelReasoningEffort | undefined;
  /** What the agent's commands may do in this turn only. @defaultValue the thread's */
  sandboxMode?: SandboxMode | undefined;
  /** When Codex asks before it acts, in this turn only. @defaultValue the thread's */
  approvalPolicy?: ApprovalMode | undefined;
}
