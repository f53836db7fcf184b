// Codex does not restart an MCP server that has exited: calls of its tools fail until the thread is loaded again.
import type { ThreadItem } from "../protocol/v2/ThreadItem.js";

/** Whether the item is a call of a server that has exited. */
export function isExitedServer(item: ThreadItem): boolean {
  return item.type === "mcpToolCall" && /\btransport closed\b/i.test(item.error?.message ?? "");
}
