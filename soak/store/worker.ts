// A worker of the store soak: runs the turns that its parent requests, each at most once, until it is killed.
import { Codex, CodexError, runTurnOnce } from "../../src/index.js";
import type { CodexOptions, ThreadOptions } from "../../src/index.js";
import { fileStore } from "../../src/store/index.js";

export interface WorkerRequest {
  id: number;
  /** Null creates a thread. */
  threadId: string | null;
  /** Also used as `turnKey`. */
  prompt: string;
}

export interface WorkerResponse {
  id: number;
  threadId: string | null;
  /** The status of the turn, `created`, or an error code. */
  outcome: string;
  retryAfterMs?: number | undefined;
}

const options = JSON.parse(process.env["SOAK_OPTIONS"] ?? "{}") as CodexOptions;
const threadOptions = JSON.parse(process.env["SOAK_THREAD"] ?? "{}") as ThreadOptions;
const leaseMs = Number(process.env["SOAK_LEASE_MS"]);
const codex = new Codex({ ...options, store: fileStore(process.env["SOAK_STORE"] ?? "", { leaseMs }) });

process.on("message", (request: WorkerRequest) => {
  void run(request).then((response) => process.send?.({ ...response, id: request.id }));
});
process.on("disconnect", () => process.exit());
process.send?.({ id: 0 });

async function run({ threadId, prompt }: WorkerRequest): Promise<Omit<WorkerResponse, "id">> {
  const thread = threadId === null ? codex.startThread(threadOptions) : codex.resumeThread(threadId, threadOptions);
  try {
    if (threadId === null) return { threadId: await thread.create("A thread of the soak"), outcome: "created" };
    const { status } = await runTurnOnce(thread, { turnKey: prompt, input: prompt, onWorkerLoss: "fail" });
    return { threadId, outcome: status };
  } catch (error) {
    if (!CodexError.isInstance(error)) return { threadId, outcome: String(error) };
    return { threadId, outcome: error.code, retryAfterMs: error.retryAfterMs };
  } finally {
    // Another worker may run the next turn of the thread.
    await thread.release().catch(() => undefined);
  }
}
