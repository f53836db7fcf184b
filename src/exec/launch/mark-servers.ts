// Codex clears the environment of MCP servers. The runtime's marker identifies the processes that they leave behind.
import { isTable, literalTree, mergeTrees } from "../../config/config-tree.js";
import type { ConfigTree } from "../../config/config-tree.js";
import { runtimeVariable } from "../../process/tree/runtime-marker.js";

/** Makes Codex pass the marker to each configured server. Later configurations take precedence, as in the arguments. */
export function markServers(...configs: readonly ConfigTree[]): ConfigTree {
  const { mcp_servers: servers } = mergeTrees(...configs);
  const marked = Object.entries(isTable(servers) ? servers : {}).flatMap(([id, server]) => {
    if (!/^[A-Za-z0-9_-]+$/.test(id) || !isTable(server) || typeof server["command"] !== "string") return [];
    const given = Array.isArray(server["env_vars"]) ? server["env_vars"] : [];
    return [[id, { env_vars: [...given, runtimeVariable] }] as const];
  });
  return marked.length === 0 ? mergeTrees() : literalTree({ mcp_servers: Object.fromEntries(marked) });
}
