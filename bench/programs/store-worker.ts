// A worker with a store in a directory: runs turns of threads that any worker may have run before.
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

// A type, so that it has the index signature of `Operations`.
export type StoreWorkerOperations = {
  /** Runs a turn of a new thread, which stays claimed. @returns its ID. */
  begin(): Promise<string>;
  /** Milliseconds for `turns` turns on each of `threads` new threads at once. */
  turns(work: { threads: number; turns: number }): Promise<number>;
  /** Runs a turn of a thread as soon as nobody else holds it. */
  takeOver(threadId: string): Promise<void>;
  /** The largest resident set of this process so far, in megabytes. Codex is another process. */
  peakMegabytes(): number;
};

// Given by the measurement.
const { directory, leaseMs, codexOptions, threadOptions } = setup() as StoreWorkerSetup;
const codex = new Codex({ ...codexOptions, store: fileStore(directory, { leaseMs }) });

const operations: StoreWorkerOperations = {
  async begin() {
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

serve(operations, { onLeft: () => codex.close() });
