// Whether Codex starts, and how long it takes.
import { setTimeout as delay } from "node:timers/promises";
import type { DoctorContext } from "../context.js";
import { failure, ok, warning } from "../report.js";
import type { Finding } from "../report.js";

const slowMs = 5_000;
const limitMs = 25_000;

export async function checkStart(context: DoctorContext): Promise<Finding> {
  const started = performance.now();
  const waiting = new AbortController();
  try {
    // This request requires neither a valid configuration nor a login.
    await Promise.race([context.request("thread/loaded/list", {}), rejectAfterLimit(waiting.signal)]);
  } catch (error) {
    context.startFailure = error instanceof Error ? error : new Error(String(error));
    return failure(
      context.startFailure.message,
      "Read the message above. NODE_DEBUG=codex-sdk prints the protocol messages.",
    );
  } finally {
    waiting.abort();
  }
  const tookMs = Math.round(performance.now() - started);
  const detail = `first response after ${tookMs} ms`;
  if (tookMs < slowMs) return ok(detail);
  return warning(detail, "Check the load of this machine, and the MCP servers and size of CODEX_HOME.");
}

async function rejectAfterLimit(signal: AbortSignal): Promise<never> {
  await delay(limitMs, undefined, { signal });
  throw new Error(`Codex did not respond to its first request within ${limitMs / 1000} s.`);
}
