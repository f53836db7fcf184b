// Whether Codex starts, and how long it takes.
import type { DoctorContext } from "../context.js";
import { failure, ok, warning } from "../report.js";
import type { Finding } from "../report.js";

const slowMs = 5_000;

export async function checkStart(context: DoctorContext): Promise<Finding> {
  const started = performance.now();
  try {
    await context.request("account/read", { refreshToken: false });
  } catch (error) {
    context.startFailure = error instanceof Error ? error : new Error(String(error));
    return failure(
      context.startFailure.message,
      "Read the message above. NODE_DEBUG=codex-sdk shows what Codex and this package exchange.",
    );
  }
  const tookMs = Math.round(performance.now() - started);
  const detail = `answers after ${tookMs} ms`;
  if (tookMs < slowMs) return ok(detail);
  return warning(detail, "Check the load of this machine, and the MCP servers and size of CODEX_HOME.");
}
