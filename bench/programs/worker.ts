// Runs one contender in a separate process, which stays warm between rounds.
import { openContender } from "../contenders/open.js";
import type { Contender, ContenderSetup, Conversation } from "../contenders/contender.js";
import { reportStartError, serve, setup } from "../harness/serve.js";
import type { WorkerOperations } from "../harness/worker.js";

const contender: Contender = await openContender(setup() as ContenderSetup).catch(reportStartError);
let sharedThread: Conversation | undefined;
/** The time of explicit garbage collections, which normal programs do not run. */
let collectionMs = 0;

const operations: WorkerOperations = {
  async turns({ count, warmUp }) {
    const thread = contender.openThread();
    for (let turn = 0; turn < warmUp; turn++) await thread.turn();
    return timed(count, () => thread.turn());
  },
  async sharedThreadTurns({ count }) {
    const thread = (sharedThread ??= contender.openThread());
    return timed(count, () => thread.turn());
  },
  async parallelTurns({ threads, turns }) {
    const started = performance.now();
    await Promise.all(
      Array.from({ length: threads }, async () => {
        const thread = contender.openThread();
        for (let turn = 0; turn < turns; turn++) await thread.turn();
      }),
    );
    return performance.now() - started;
  },
  async timedTurns({ count }) {
    const thread = contender.openThread();
    const samples: number[] = [];
    for (let turn = 0; turn < count; turn++) samples.push((await thread.timedTurn?.()) ?? Number.NaN);
    return samples;
  },
  usage() {
    const before = cpuMs();
    globalThis.gc?.();
    collectionMs += cpuMs() - before;
    const { heapUsed, external } = process.memoryUsage();
    return { cpuMs: cpuMs() - collectionMs, heapBytes: heapUsed + external };
  },
};

serve(operations, {
  async onDisconnect() {
    await contender.close();
    process.exit(0);
  },
});

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function timed(count: number, run: () => Promise<void>): Promise<number[]> {
  const samples: number[] = [];
  for (let turn = 0; turn < count; turn++) {
    const started = performance.now();
    await run();
    samples.push(performance.now() - started);
  }
  return samples;
}
