// A machine of the soak of stores: runs the turns that its parent asks for, each at most once, until it is killed.
import { Codex, CodexError, runTurnOnce } from "../../src/index.js";
import type { CodexOptions, ThreadOptions } from "../../src/index.js";
import { fileStore } from "../../src/store/index.js";

export interface WorkerOrder {
  id: number;
  /** Null to create a thread. */
  threadId: string | null;
  /** Also the key of the turn. */
  prompt: string;
}

export interface WorkerReport {
  id: number;
  threadId: string | null;
  /** The status of the turn's outcome, `created`, or the code of the error. */
  outcome: string;
  retryAfterMs?: number | undefined;
}

const options = JSON.parse(process.env["SOAK_OPTIONS"] ?? "{}") as CodexOptions;
const threadOptions = JSON.parse(process.env["SOAK_THREAD"] ?? "{}") as ThreadOptions;
const leaseMs = Number(process.env["SOAK_LEASE_MS"]);
const codex = new Codex({ ...options, store: fileStore(process.env["SOAK_STORE"] ?? "", { leaseMs }) });

process.on("message", (order: WorkerOrder) => {
  void run(order).then((report) => process.send?.({ ...report, id: order.id }));
});
process.on("disconnect", () => process.exit());
process.send?.({ id: 0 });

async function run({ threadId, prompt }: WorkerOrder): Promise<Omit<WorkerReport, "id">> {
  const thread = threadId === null ? codex.startThread(threadOptions) : codex.resumeThread(threadId, threadOptions);
  try {
    if (threadId === null) return { threadId: await thread.create("A thread of the soak"), outcome: "created" };
    const { status } = await runTurnOnce(thread, { turnKey: prompt, input: prompt, onWorkerLoss: "fail" });
    return { threadId, outcome: status };
  } catch (error) {
    if (!CodexError.isInstance(error)) return { threadId, outcome: String(error) };
    return { threadId, outcome: error.code, retryAfterMs: error.retryAfterMs };
  } finally {
    // Any worker may get the thread's next turn.
    await thread.release().catch(() => undefined);
  }
}
