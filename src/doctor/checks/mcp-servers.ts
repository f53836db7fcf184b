// Whether the configured MCP servers start.
import { setTimeout as delay } from "node:timers/promises";
import { isJsonObject } from "../../internal/json.js";
import type { DoctorContext } from "../context.js";
import { ok, skipped, warning } from "../report.js";
import type { Finding } from "../report.js";

const limitMs = 20_000;

export async function checkMcpServers(context: DoctorContext): Promise<Finding> {
  const { request, startFailure, isConfigurationDamaged, mcpServerNames } = context;
  if (startFailure) return skipped("not checked: Codex did not start");
  if (isConfigurationDamaged) return skipped("not checked: the configuration cannot be read");
  const waiting = new AbortController();
  const late = delay(limitMs, "late" as const, { signal: waiting.signal }).catch(() => "late" as const);
  const answer = await Promise.race([request("mcpServerStatus/list", { detail: "toolsAndAuthOnly" }), late]).finally(
    () => waiting.abort(),
  );
  if (answer === "late") {
    return warning(
      `not all started within ${limitMs / 1000} s: ${mcpServerNames.join(", ")}`,
      "Start each one manually to find the one that hangs, or set its `startup_timeout_sec` in config.toml.",
    );
  }
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
