// N worker processes that share a port. A worker that exits is replaced.
import cluster from "node:cluster";
import type { Worker } from "node:cluster";
import { mkdtempSync } from "node:fs";
import path from "node:path";
import { freePort } from "./restate-server.js";
import type { WorkerSettings } from "./worker.js";

export interface Workers {
  /** The address of all workers. */
  uri: string;
  pids(): number[];
  stop(): Promise<void>;
}

/** The program of that name beside the running one, as TypeScript or compiled. */
export function siblingProgram(name: string): string {
  const running = process.argv[1] ?? "";
  return path.join(path.dirname(running), `${name}${path.extname(running)}`);
}

export async function startWorkers(
  count: number,
  settings: Omit<WorkerSettings, "port">,
  homes: string,
): Promise<Workers> {
  cluster.setupPrimary({ exec: siblingProgram("worker") });
  const port = await freePort();
  let isStopping = false;
  const workers = new Set<Worker>();
  const start = async () => {
    // Two Codex processes cannot share a home while they run the same threads.
    const codex = { ...settings.codex, codexHome: mkdtempSync(path.join(homes, "worker-")) };
    const worker = cluster.fork({ SERVICE_WORKER: JSON.stringify({ ...settings, codex, port }) });
    workers.add(worker);
    worker.once("exit", () => {
      workers.delete(worker);
      if (!isStopping) start().catch(() => undefined);
    });
    await new Promise<void>((resolve, reject) => {
      worker.once("listening", () => resolve());
      worker.once("exit", () => reject(new Error("A worker exited before it was ready.")));
    });
  };
  await Promise.all(Array.from({ length: count }, start));
  return {
    uri: `http://127.0.0.1:${port}`,
    pids: () => [...workers].flatMap(({ process: { pid } }) => pid ?? []),
    stop: async () => {
      isStopping = true;
      await Promise.all([...workers].map(end));
    },
  };
}

const graceMs = 5_000;

async function end(worker: Worker): Promise<void> {
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  worker.process.kill("SIGTERM");
  const timer = setTimeout(() => worker.process.kill("SIGKILL"), graceMs);
  await ended;
  clearTimeout(timer);
}
