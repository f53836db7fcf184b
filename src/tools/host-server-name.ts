// The name of the MCP server for tools that Codex does not accept directly.

/** The agent sees the server's tools in the namespace `mcp__host_tools`. */
export const hostServerName = "host_tools";
