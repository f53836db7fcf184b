// One call of a tool: validates the arguments, runs the function, and turns its result or failure into text.
import { messageOf } from "../internal/message-of.js";
import type { ToolCallContent } from "../events/items.js";
import { summarize } from "../schema/issues.js";
import type { ToolContext } from "./tool.js";
import type { PreparedTool } from "./prepare-tools.js";
import { toToolContent } from "./tool-content.js";

/** The content that the agent receives. */
export interface ToolOutcome {
  success: boolean;
  content: ToolCallContent[];
}

/** Never rejects: every error is returned as a failed call. */
export async function runTool(prepared: PreparedTool, args: unknown, context: ToolContext): Promise<ToolOutcome> {
  const { tool } = prepared;
  try {
    const validation = await prepared.validate(args);
    if (!validation.ok) {
      const issues = summarize(validation.issues);
      return failed(
        `The arguments of the tool "${tool.name}" do not match its schema: ${issues}. The tool was not run.`,
      );
    }
    // The arguments have been validated, so they have the type of the tool's input.
    const result = await tool.execute(validation.value as never, context);
    return { success: true, content: toToolContent(result) };
  } catch (error) {
    return failed(`The tool "${tool.name}" failed: ${reasonOf(error)}`);
  }
}

export function failed(text: string): ToolOutcome {
  return { success: false, content: [{ type: "text", text }] };
}

/** Only the message: a stack would reveal details of this machine to the agent. */
function reasonOf(error: unknown): string {
  const hasReason = typeof error === "string" || error instanceof Error || hasMessage(error);
  return (hasReason && messageOf(hasMessage(error) ? error.message : error)) || "no reason was given.";
}

function hasMessage(error: unknown): error is { message: string } {
  return typeof error === "object" && error !== null && "message" in error && typeof error.message === "string";
}
