// Whether Codex can read its configuration. If the file is invalid, Codex starts and ignores all of it.
import { isJsonObject } from "../../internal/json.js";
import type { DoctorContext } from "../context.js";
import { failure, ok, skipped } from "../report.js";
import type { Finding } from "../report.js";

export async function checkConfiguration(context: DoctorContext): Promise<Finding> {
  if (context.startFailure) return skipped("not checked: Codex did not start");
  let answer: unknown;
  try {
    answer = await context.request("config/read", { includeLayers: false });
  } catch (error) {
    context.isConfigurationDamaged = true;
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    return failure(reason, "Fix the reported line. Until then, Codex ignores the whole file.");
  }
  const config = isJsonObject(answer) ? answer["config"] : undefined;
  const servers = isJsonObject(config) ? config["mcp_servers"] : undefined;
  context.mcpServerNames = isJsonObject(servers) ? Object.keys(servers) : [];
  return ok("valid");
}
