// The MCP server by which tools reach threads that Codex cannot give them to in another way.

/** The agent sees its tools in the namespace `mcp__host_tools`. */
export const hostServerName = "host_tools";
