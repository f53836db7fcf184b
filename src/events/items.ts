// The items of a turn: what the agent said, ran, changed and used. Fields are spelled as `codex exec` prints them.

export type CommandExecutionStatus = "in_progress" | "completed" | "failed" | "declined";
export type PatchChangeKind = "add" | "delete" | "update";
export type PatchApplyStatus = "in_progress" | "completed" | "failed" | "declined";
export type McpToolCallStatus = "in_progress" | "completed" | "failed";
export type ToolCallStatus = "in_progress" | "completed" | "failed";
/** Which part of an answer a message is: an aside while the work goes on, or the answer itself. */
export type MessagePhase = "commentary" | "partial_answer" | "final_answer";

/** A message of the agent: prose, or JSON where the turn has an `outputSchema`. */
export interface AgentMessageItem {
  id: string;
  type: "agent_message";
  text: string;
  /** Present where the model says it. */
  phase?: MessagePhase;
}

/** The model's summary of its reasoning. */
export interface ReasoningItem {
  id: string;
  type: "reasoning";
  text: string;
}

/** A command that the agent ran. */
export interface CommandExecutionItem {
  id: string;
  type: "command_execution";
  /** The command line as the shell got it. */
  command: string;
  /** stdout and stderr so far, in the order they came. */
  aggregated_output: string;
  /** `null` while the command runs, or when it never ran. */
  exit_code: number | null;
  status: CommandExecutionStatus;
  /** The directory it ran in. Not known over `exec`. */
  cwd?: string;
  /** How long it ran, in milliseconds. Known once it ended; not known over `exec`. */
  duration_ms?: number;
}

/** One file in a `file_change`. */
export interface FileUpdateChange {
  path: string;
  kind: PatchChangeKind;
  /** The change as a unified diff with `---`/`+++` headers. Not known over `exec`. */
  diff?: string;
  /** Where an updated file moved to. */
  move_path?: string;
}

/** A patch that the agent applied. */
export interface FileChangeItem {
  id: string;
  type: "file_change";
  changes: FileUpdateChange[];
  status: PatchApplyStatus;
}

/** One content block of an MCP result, as the server sent it. */
export interface McpContentBlock {
  type: string;
  [key: string]: unknown;
}

/** A call of a tool on an MCP server. */
export interface McpToolCallItem {
  id: string;
  type: "mcp_tool_call";
  server: string;
  tool: string;
  arguments: unknown;
  result: { content: McpContentBlock[]; structured_content: unknown; _meta?: unknown } | null;
  error: { message: string } | null;
  status: McpToolCallStatus;
}

/** What a web search did. */
export type WebSearchAction =
  | { type: "search"; query?: string | null; queries?: string[] | null }
  | { type: "open_page"; url?: string | null }
  | { type: "find_in_page"; url?: string | null; pattern?: string | null }
  | { type: "other" };

/** A web search by the model. */
export interface WebSearchItem {
  id: string;
  type: "web_search";
  query: string;
  action?: WebSearchAction;
}

export interface TodoItem {
  text: string;
  completed: boolean;
}

/** The agent's plan. Starts when the plan is made, is updated as steps change, completes when the turn ends. */
export interface TodoListItem {
  id: string;
  type: "todo_list";
  items: TodoItem[];
}

/** A notice that did not end the turn. */
export interface ErrorItem {
  id: string;
  type: "error";
  message: string;
}

/** One part of what an in-process tool answered. */
export type ToolCallContent =
  | { type: "text"; text: string }
  | { type: "image"; url: string }
  | { type: "audio"; url: string };

/** A call of one of the host's own `tool()`s. */
export interface ToolCallItem {
  id: string;
  type: "tool_call";
  tool: string;
  arguments: unknown;
  /** What the tool answered; `null` until it has. */
  result: ToolCallContent[] | null;
  status: ToolCallStatus;
  duration_ms?: number;
}

/** The agent looked at an image file. */
export interface ImageViewItem {
  id: string;
  type: "image_view";
  path: string;
}

export type SubagentAction =
  | "spawn"
  | "send_input"
  | "resume"
  | "wait"
  | "close"
  | "send_message"
  | "followup"
  | "interrupt"
  | "list"
  | "started"
  | "interacted"
  | "interrupted"
  | "completed";

/** Work that the agent gave to an agent of its own, or what that agent did. */
export interface SubagentItem {
  id: string;
  type: "subagent";
  action: SubagentAction;
  /** The threads of the agents that this is about; each is readable like any other thread. */
  thread_ids: string[];
  prompt?: string;
  model?: string;
  /** Last known state of each agent, by thread id. */
  agents: Record<string, { status: string; message: string | null }>;
  status: "in_progress" | "completed" | "failed" | "interrupted";
}

/** The conversation was summarised to make room in the context window. */
export interface ContextCompactionItem {
  id: string;
  type: "context_compaction";
}

/** An item of a type that is not modelled yet. */
export interface UnknownItem {
  id: string;
  type: "unknown";
  /** The item exactly as Codex sent it. */
  raw: unknown;
}

/** Whatever a turn can hold. */
export type ThreadItem =
  | AgentMessageItem
  | ReasoningItem
  | CommandExecutionItem
  | FileChangeItem
  | McpToolCallItem
  | WebSearchItem
  | TodoListItem
  | ErrorItem
  | ToolCallItem
  | ImageViewItem
  | SubagentItem
  | ContextCompactionItem
  | UnknownItem;
