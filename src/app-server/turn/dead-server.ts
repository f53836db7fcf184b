// Codex keeps an MCP server that has ended: each call of its tools fails, until the thread is loaded again.
import type { ThreadItem } from "../protocol/v2/ThreadItem.js";

/** Whether the item is a call of a server that has ended. */
export function isDeadServer(item: ThreadItem): boolean {
  return item.type === "mcpToolCall" && /\btransport closed\b/i.test(item.error?.message ?? "");
}
