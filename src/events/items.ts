// The items of a turn: messages, commands, changes and tool calls. Fields are spelled as `codex exec` prints them.

export type CommandExecutionStatus = "in_progress" | "completed" | "failed" | "declined";
export type PatchChangeKind = "add" | "delete" | "update";
export type PatchApplyStatus = "in_progress" | "completed" | "failed" | "declined";
export type McpToolCallStatus = "in_progress" | "completed" | "failed";
export type ToolCallStatus = "in_progress" | "completed" | "failed";
/** The role of a message: a comment while the work continues, or the final answer. */
export type MessagePhase = "commentary" | "partial_answer" | "final_answer";

/** A message of the agent: prose, or JSON if the turn has an `outputSchema`. */
export interface AgentMessageItem {
  id: string;
  type: "agent_message";
  text: string;
  /** Present if the model provides it. */
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
  /** The command line that the shell received; as the agent wrote it, if Codex did not report the command. */
  command: string;
  /** stdout and stderr so far, interleaved. */
  aggregated_output: string;
  /** `null` while the command runs, and if it never ran. */
  exit_code: number | null;
  status: CommandExecutionStatus;
  /** The directory in which it ran. Not available over `exec`. */
  cwd?: string;
  /** Its duration in milliseconds, once it has ended. Not available over `exec`. */
  duration_ms?: number;
}

/** One file in a `file_change`. */
export interface FileUpdateChange {
  path: string;
  kind: PatchChangeKind;
  /** The change as a unified diff with `---`/`+++` headers. Not available over `exec`. */
  diff?: string;
  /** The new path of a file that was moved. */
  move_path?: string;
}

/** A patch that the agent applied. */
export interface FileChangeItem {
  id: string;
  type: "file_change";
  changes: FileUpdateChange[];
  status: PatchApplyStatus;
}

/** One content block of an MCP result, as sent by the server. */
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

/** The action of a web search. */
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

/** The agent's plan. Started when the plan is created, updated as steps change, completed when the turn ends. */
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

/** One part of the result of an in-process tool. */
export type ToolCallContent =
  | { type: "text"; text: string }
  | { type: "image"; url: string }
  | { type: "audio"; url: string };

/** A call of a `tool()` of the host. */
export interface ToolCallItem {
  id: string;
  type: "tool_call";
  tool: string;
  arguments: unknown;
  /** The result of the tool; `null` until the call has ended. */
  result: ToolCallContent[] | null;
  status: ToolCallStatus;
  duration_ms?: number;
}

/** The agent viewed an image file. */
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

/** Work that the agent delegated to a sub-agent, or progress of that sub-agent. */
export interface SubagentItem {
  id: string;
  type: "subagent";
  action: SubagentAction;
  /** The IDs of the sub-agents' threads, which `codex.readThread()` can read. */
  thread_ids: string[];
  prompt?: string;
  model?: string;
  /** Last known state of each sub-agent, by thread ID. */
  agents: Record<string, { status: string; message: string | null }>;
  status: "in_progress" | "completed" | "failed" | "interrupted";
}

/** The conversation was summarised to make room in the context window. */
export interface ContextCompactionItem {
  id: string;
  type: "context_compaction";
}

/** An item of a type that the SDK does not model yet. */
export interface UnknownItem {
  id: string;
  type: "unknown";
  /** The item exactly as Codex sent it. */
  raw: unknown;
}

/** Any item of a turn. */
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
