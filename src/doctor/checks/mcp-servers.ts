// Whether the MCP servers of the configuration start.
import { isJsonObject } from "../../internal/json.js";
import type { DoctorContext } from "../context.js";
import { ok, skipped, warning } from "../report.js";
import type { Finding } from "../report.js";

export async function checkMcpServers({ request, startFailure }: DoctorContext): Promise<Finding> {
  if (startFailure) return skipped("not checked: Codex did not start");
  const answer = await request("mcpServerStatus/list", { detail: "toolsAndAuthOnly" });
  const { data } = isJsonObject(answer) ? answer : {};
  const servers = Array.isArray(data) ? data.filter(isJsonObject) : [];
  if (servers.length === 0) return ok("none configured");
  const failed = servers.filter((server) => typeof server["toolsError"] === "string" || needsLogin(server));
  const names = (list: typeof servers) => list.map(({ name }) => String(name)).join(", ");
  if (failed.length === 0) return ok(`${servers.length}: ${names(servers)}`);
  const reasons = failed.map((server) => `${String(server["name"])}: ${reasonOf(server)}`);
  return warning(
    reasons.join("; "),
    "Correct `mcp_servers` in config.toml, or log in with `npx @openai/codex mcp login`.",
  );
}

function needsLogin({ authStatus }: Record<string, unknown>): boolean {
  return authStatus === "notLoggedIn";
}

function reasonOf(server: Record<string, unknown>): string {
  return needsLogin(server) ? "not logged in" : (String(server["toolsError"]).split("\n")[0] ?? "");
}
