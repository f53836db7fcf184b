// Converts items that user interfaces show as tool calls.
import type { ThreadItem } from "../../index.js";
import type { ToolPart, ToolStatus } from "./turn-part.js";
import { limitText } from "./tail-text.js";

export type ToolItem = Extract<
  ThreadItem,
  {
    type:
      | "command_execution"
      | "file_change"
      | "mcp_tool_call"
      | "tool_call"
      | "web_search"
      | "image_view"
      | "subagent";
  }
>;

export function isToolItem(item: ThreadItem): item is ToolItem {
  return toolTypes.has(item.type);
}

const toolTypes: ReadonlySet<ThreadItem["type"]> = new Set<ToolItem["type"]>([
  "command_execution",
  "file_change",
  "mcp_tool_call",
  "tool_call",
  "web_search",
  "image_view",
  "subagent",
]);

/** The result of a tool so far; undefined if there is none. */
export function toolOutput({ result, text }: ToolPart): unknown {
  return text === undefined ? result : { output: text.toString(), ...(result as object) };
}

/** @param limit Longer strings are truncated, in characters. */
export function toToolPart(item: ToolItem, isDone: boolean, limit: number): ToolPart {
  const { name, title, input, output, status, error } = describe(item);
  const state: ToolStatus = isDone && status === "running" ? "completed" : status;
  return {
    kind: "tool",
    id: item.id,
    name,
    title,
    input: limitText(input, limit),
    status: isDone ? state : "running",
    result: limitText(output, limit),
    ...(error !== undefined && { error: String(limitText(error, limit)) }),
    isDone,
  };
}

interface Described {
  name: string;
  title: string;
  input: unknown;
  output: unknown;
  status: ToolStatus;
  error?: string | undefined;
}

function describe(item: ToolItem): Described {
  switch (item.type) {
    case "command_execution":
      return {
        name: "codex.command",
        title: item.command,
        input: { command: item.command, ...(item.cwd !== undefined && { cwd: item.cwd }) },
        output: {
          exitCode: item.exit_code,
          ...(item.duration_ms !== undefined && { durationMs: item.duration_ms }),
        },
        // A command with a non-zero exit code ran, so its output is shown as a result.
        status: item.status === "failed" && item.exit_code !== null ? "completed" : statusOf(item.status),
        error: "The command could not be run.",
      };
    case "file_change":
      return {
        name: "codex.patch",
        title: item.changes.map(({ path }) => path).join(", "),
        input: { changes: item.changes },
        output: { status: item.status },
        status: statusOf(item.status),
        error: "The patch could not be applied.",
      };
    case "mcp_tool_call":
      return {
        name: `mcp.${item.server}.${item.tool}`,
        title: `${item.server}: ${item.tool}`,
        input: item.arguments,
        output: item.result ?? undefined,
        status: statusOf(item.status),
        error: item.error?.message ?? "The tool failed.",
      };
    case "tool_call":
      return {
        name: item.tool,
        title: item.tool,
        input: item.arguments,
        output: item.result ?? undefined,
        status: statusOf(item.status),
        error: item.result?.map((content) => (content.type === "text" ? content.text : "")).join("\n"),
      };
    case "web_search":
      return {
        name: "codex.web_search",
        title: item.query,
        input: { query: item.query },
        output: item.action,
        status: "running",
      };
    case "image_view":
      return {
        name: "codex.view_image",
        title: item.path,
        input: { path: item.path },
        output: undefined,
        status: "running",
      };
    case "subagent":
      return {
        name: "codex.subagent",
        title: item.action,
        input: {
          action: item.action,
          threadIds: item.thread_ids,
          ...(item.prompt !== undefined && { prompt: item.prompt }),
          ...(item.model !== undefined && { model: item.model }),
        },
        output: { agents: item.agents, status: item.status },
        status: statusOf(item.status),
        error: "The sub-agent failed.",
      };
  }
}

function statusOf(status: "in_progress" | "completed" | "failed" | "declined" | "interrupted"): ToolStatus {
  return status === "in_progress" ? "running" : status;
}
