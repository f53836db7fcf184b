// A machine of the soak of stores: runs the turns that its parent asks for, until it is killed.
import { Codex, CodexError } from "../../src/index.js";
import type { CodexOptions } from "../../src/index.js";
import { fileStore } from "../../src/store/index.js";

export interface WorkerOrder {
  threadId: string | null;
  prompt: string;
}

export interface WorkerReport {
  prompt: string;
  /** Null when the turn failed before the thread had an ID. */
  threadId: string | null;
  /** `completed`, or the code of the error. */
  outcome: string;
}

const options = JSON.parse(process.env["SOAK_OPTIONS"] ?? "{}") as CodexOptions;
const leaseMs = Number(process.env["SOAK_LEASE_MS"]);
const codex = new Codex({ ...options, store: fileStore(process.env["SOAK_STORE"] ?? "", { leaseMs }) });
const threadOptions = { model: "gpt-5.5", skipGitRepoCheck: true };

process.on("message", (order: WorkerOrder) => void run(order));
process.on("disconnect", () => process.exit());
process.send?.({ ready: true });

async function run({ threadId, prompt }: WorkerOrder): Promise<void> {
  const thread = threadId === null ? codex.startThread(threadOptions) : codex.resumeThread(threadId, threadOptions);
  let outcome = "completed";
  try {
    await thread.run(prompt);
  } catch (error) {
    outcome = CodexError.isInstance(error) ? error.code : String(error);
  }
  // Any worker may get the thread's next turn.
  if (thread.id !== null) await codex.request("thread/unsubscribe", { threadId: thread.id }).catch(() => undefined);
  const report: WorkerReport = { prompt, threadId: thread.id, outcome };
  process.send?.(report);
}
