// Names of Codex's own tools: Codex silently drops a host tool with the same name.

const own: ReadonlySet<string> = new Set([
  "apply_patch",
  "create_goal",
  "exec",
  "exec_command",
  "get_context_remaining",
  "get_goal",
  "list_mcp_resource_templates",
  "list_mcp_resources",
  "new_context",
  "read_mcp_resource",
  "request_permissions",
  "request_user_input",
  "request_user_input_async",
  "shell_command",
  "tool_search",
  "update_goal",
  "update_plan",
  "view_image",
  "wait",
  "wait_for_environment",
  "web__run",
  "web_search",
  "write_stdin",
]);

/** Whether Codex has a tool, or a group of tools, with this name. */
export function isReserved(name: string): boolean {
  return own.has(name) || name === "mcp" || name.startsWith("mcp__");
}
