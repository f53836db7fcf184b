// A worker with a file store: runs turns of threads that other workers may have run before.
import { Codex, CodexError } from "codex-sdk";
import type { CodexOptions, ThreadOptions } from "codex-sdk";
import { fileStore } from "codex-sdk/store";
import { serve, setup } from "../harness/serve.js";

export interface StoreWorkerSetup {
  directory: string;
  leaseMs: number;
  codexOptions: CodexOptions;
  threadOptions: ThreadOptions;
}

// A type alias, because an interface is not assignable to the index signature of `Operations`.
export type StoreWorkerOperations = {
  /** Runs a turn of a new thread and keeps its lease. @returns the thread ID. */
  startThread(): Promise<string>;
  /** @returns milliseconds for `turns` turns on each of `threads` new threads, concurrently. */
  turns(work: { threads: number; turns: number }): Promise<number>;
  /** Runs a turn of a thread as soon as no other worker holds its lease. */
  takeOver(threadId: string): Promise<void>;
  /** The peak resident set of this process, without Codex, in megabytes. */
  peakMegabytes(): number;
};

// The measurement passes a setup of this type.
const { directory, leaseMs, codexOptions, threadOptions } = setup() as StoreWorkerSetup;
const codex = new Codex({ ...codexOptions, store: fileStore(directory, { leaseMs }) });

const operations: StoreWorkerOperations = {
  async startThread() {
    const thread = codex.startThread(threadOptions);
    await thread.run("Hello");
    return thread.id ?? "";
  },
  async turns({ threads, turns }) {
    const started = performance.now();
    const work = Array.from({ length: threads }, async () => {
      const thread = codex.startThread(threadOptions);
      for (let turn = 0; turn < turns; turn++) await thread.run("Hello");
    });
    await Promise.all(work);
    return performance.now() - started;
  },
  async takeOver(threadId) {
    for (;;) {
      try {
        await codex.resumeThread(threadId, threadOptions).run("Hello");
        return;
      } catch (error) {
        if (!CodexError.isInstance(error) || error.code !== "thread_busy") throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.min(error.retryAfterMs ?? 50, 250)));
      }
    }
  },
  peakMegabytes: () => process.resourceUsage().maxRSS / 1024,
};

serve(operations, { onDisconnect: () => codex.close() });
