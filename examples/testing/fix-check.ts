// The agent that is tested: it makes a failing check of a project pass, and reports the result.
import { CodexError, type Codex, type ThreadOptions } from "codex-sdk";
import { z } from "zod";

const Report = z.object({ fixed: z.boolean(), summary: z.string() });
export type Report = z.infer<typeof Report>;

export async function fixCheck(codex: Codex, options: ThreadOptions): Promise<Report> {
  const thread = codex.startThread({ sandboxMode: "workspace-write", ...options });
  await withRetry(() => thread.run("Run `node check.js`. If it fails, fix the code that it checks, and run it again."));
  const { output } = await withRetry(() => thread.run("Report.", { outputSchema: Report }));
  return output;
}

/** Retries a retryable error once. */
async function withRetry<Result>(attempt: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    if (!CodexError.isInstance(error) || !error.isRetryable) throw error;
    return await attempt();
  }
}
