// Codex clears the environment of MCP servers. With the runtime's marker in it, what they leave behind is found at the end.
import { isTable, literalTree, mergeTrees } from "../../config/config-tree.js";
import type { ConfigTree } from "../../config/config-tree.js";
import { runtimeVariable } from "../../process/tree/runtime-marker.js";

/** Has Codex pass the marker on to each server that the configurations start; later ones win, as in the arguments. */
export function markServers(...configs: readonly ConfigTree[]): ConfigTree {
  const { mcp_servers: servers } = mergeTrees(...configs);
  const marked = Object.entries(isTable(servers) ? servers : {}).flatMap(([id, server]) => {
    if (!/^[A-Za-z0-9_-]+$/.test(id) || !isTable(server) || typeof server["command"] !== "string") return [];
    const given = Array.isArray(server["env_vars"]) ? server["env_vars"] : [];
    return [[id, { env_vars: [...given, runtimeVariable] }] as const];
  });
  return marked.length === 0 ? mergeTrees() : literalTree({ mcp_servers: Object.fromEntries(marked) });
}
