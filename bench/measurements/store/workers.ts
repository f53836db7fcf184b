// Workers that share a store: turns per second, takeover time, and memory with a long thread.
import { createHash } from "node:crypto";
import path from "node:path";
import { fileStore } from "codex-sdk/store";
import type { Bench, Goal } from "../../harness/measurement.js";
import { startProgram } from "../../harness/program.js";
import type { Program } from "../../harness/program.js";
import { median, toRow } from "../../harness/results/series.js";
import type { Row } from "../../harness/results/series.js";
import type { StoreWorkerOperations, StoreWorkerSetup } from "../../programs/store-worker.js";

const leaseMs = 2_000;
const takeoverLimitMs = 1_500;

type Worker = Program<StoreWorkerOperations>;

export async function measureWorkers(bench: Bench): Promise<{ rows: Row[]; goals: Goal[] }> {
  const directory = path.join(await bench.workspace.newCodexHome(), "store");
  const start = () => startWorker(bench, directory);
  const takeovers = await takeoverMs(bench, start);
  const speeds = await turnsPerSecond(bench, start);
  const megabytes = bench.scaled(200, 20);
  const memory = await memoryWith(megabytes, directory, start);
  return {
    rows: [
      ...speeds,
      toRow("from SIGKILL of a worker to the end of a turn on another one", "ms", "lower", [takeovers]),
      toRow("memory of a worker with a short thread", "MB", "lower", [[memory.before]]),
      toRow(`memory of a worker that hydrated ${megabytes} MB`, "MB", "lower", [[memory.after]]),
    ],
    goals: [
      {
        what: `takeover after SIGKILL, in addition to the lease of ${leaseMs / 1_000} s`,
        value: median(takeovers) - leaseMs,
        unit: "ms",
        limit: takeoverLimitMs,
        must: "at most",
      },
    ],
  };
}

async function startWorker({ workspace }: Bench, directory: string): Promise<Worker> {
  const setup: StoreWorkerSetup = {
    directory,
    leaseMs,
    codexOptions: {
      baseUrl: workspace.baseUrl("instant"),
      apiKey: "sk-fake",
      codexHome: await workspace.newCodexHome(),
    },
    threadOptions: { model: "gpt-5.5", skipGitRepoCheck: true, workingDirectory: workspace.workingDirectory },
  };
  return startProgram<StoreWorkerOperations>("store-worker", setup, { env: workspace.env });
}

async function takeoverMs(bench: Bench, start: () => Promise<Worker>): Promise<number[]> {
  const successor = await start();
  await successor.call("startThread", undefined);
  const samples: number[] = [];
  for (let round = 0; round < bench.scaled(5, 2); round++) {
    const victim = await start();
    const threadId = await victim.call("startThread", undefined);
    const killedAt = performance.now();
    process.kill(victim.pid, "SIGKILL");
    await successor.call("takeOver", threadId);
    samples.push(performance.now() - killedAt);
    await victim.kill();
  }
  await successor.end();
  return samples;
}

async function turnsPerSecond(bench: Bench, start: () => Promise<Worker>): Promise<Row[]> {
  const rows: Row[] = [];
  const work = { threads: bench.scaled(8, 4), turns: bench.scaled(5, 2) };
  for (const count of [1, 2, 4]) {
    const workers = await Promise.all(Array.from({ length: count }, start));
    await Promise.all(workers.map((worker) => worker.call("startThread", undefined)));
    const started = performance.now();
    await Promise.all(workers.map((worker) => worker.call("turns", work)));
    const seconds = (performance.now() - started) / 1_000;
    const speed = (count * work.threads * work.turns) / seconds;
    rows.push(toRow(`${count} ${count === 1 ? "worker" : "workers"}: stored turns`, "turns/s", "higher", [[speed]]));
    await Promise.all(workers.map((worker) => worker.end()));
  }
  return rows;
}

const megabyte = 1024 * 1024;

/** Appends to a thread in the store, and continues it on a worker that has not loaded it before. */
async function memoryWith(megabytes: number, directory: string, start: () => Promise<Worker>) {
  const writer = await start();
  const threadId = await writer.call("startThread", undefined);
  await writer.end();
  const store = fileStore(directory, { leaseMs: 60_000 });
  const { claim, head } = await store.claim(threadId, { owner: "bench", ttlMs: 60_000 });
  const file = head.manifest?.currentFile ?? "";
  const hash = createHash("sha256").update(await store.read(threadId, file));
  let { version } = head;
  let at = head.files[file]?.size ?? 0;
  // Codex ignores lines of an unknown type.
  const line = { timestamp: new Date().toISOString(), type: "bench_padding", payload: "x".repeat(megabyte - 200) };
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let count = 0; count < megabytes; count++) {
    version += 1;
    const sha256 = hash.update(bytes).copy().digest("hex");
    await store.append(claim, { version, writes: [{ file, at, bytes, sha256 }] });
    at += bytes.length;
  }
  await store.release(claim);
  const reader = await start();
  await reader.call("startThread", undefined);
  const before = await reader.call("peakMegabytes", undefined);
  await reader.call("takeOver", threadId);
  const after = await reader.call("peakMegabytes", undefined);
  await reader.end();
  return { before, after };
}
