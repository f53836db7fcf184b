// Turns on a few workers that share a store, while workers are killed: no prompt twice, no finished turn lost.
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ThreadStore } from "../../src/index.js";
import { fileStore } from "../../src/store/index.js";
import { ScriptedModel, say } from "../../src/testing/index.js";
import { pick, randomFrom } from "../random.js";
import type { WorkerOrder, WorkerReport } from "./worker.js";

export interface StoreSoakOptions {
  turns: number;
  threads: number;
  workers: number;
  seed: number;
  onProgress: (turns: number) => void;
}

export interface StoreSoakReport {
  seconds: number;
  kills: number;
  outcomes: Record<string, number>;
  /** From the kill of a thread's worker to the end of its next turn elsewhere, in milliseconds. */
  takeoverMs: number[];
  problems: string[];
}

export const leaseMs = 2_000;
/** One order in so many ends with the death of its worker. */
const killedOneIn = 25;

interface SoakThread {
  id: string | null;
  /** Prompts whose turn was reported as completed, in order. */
  done: string[];
  /** When the worker that ran it was killed; undefined once another turn has ended. */
  lostAt: number | undefined;
}

export async function soakStore({
  turns,
  threads,
  workers,
  seed,
  onProgress,
}: StoreSoakOptions): Promise<StoreSoakReport> {
  const random = randomFrom(seed);
  const model = await ScriptedModel.start({ script: () => say("Answered."), keepRequests: 1 });
  const root = mkdtempSync(path.join(os.tmpdir(), "codex-sdk-soak-store-"));
  const store = path.join(root, "store");
  const report: StoreSoakReport = { seconds: 0, kills: 0, outcomes: {}, takeoverMs: [], problems: [] };
  const conversations = Array.from({ length: threads }, (): SoakThread => ({ id: null, done: [], lostAt: undefined }));
  const free = new Set(conversations);
  const started = performance.now();
  let given = 0;

  const lane = async (number: number) => {
    const machine = new Machine({
      SOAK_OPTIONS: JSON.stringify({ ...model.codexOptions(), codexHome: path.join(root, `home-${number}`) }),
      SOAK_STORE: store,
      SOAK_LEASE_MS: String(leaseMs),
    });
    while (given < turns) {
      given += 1;
      const prompt = `prompt ${given}`;
      if (given % 100 === 0) onProgress(given);
      const conversation = pick(random, [...free]);
      free.delete(conversation);
      const killAfterMs = random() < 1 / killedOneIn ? random() * 400 : undefined;
      const outcome = await turn(machine, conversation, { prompt, killAfterMs });
      report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1;
      if (outcome === "killed") report.kills += 1;
      free.add(conversation);
    }
    await machine.stop();
  };

  const turn = async (
    machine: Machine,
    conversation: SoakThread,
    { prompt, killAfterMs }: { prompt: string; killAfterMs: number | undefined },
  ): Promise<string> => {
    for (;;) {
      const answer = await machine.order({ threadId: conversation.id, prompt }, killAfterMs);
      if (answer === undefined) {
        conversation.lostAt = performance.now();
        return "killed";
      }
      conversation.id ??= answer.threadId;
      // Somebody else holds the thread, so this prompt was not sent.
      if (answer.outcome === "thread_busy") {
        await delay(50);
        continue;
      }
      if (answer.outcome === "completed") {
        conversation.done.push(prompt);
        if (conversation.lostAt !== undefined) report.takeoverMs.push(performance.now() - conversation.lostAt);
        conversation.lostAt = undefined;
      }
      return answer.outcome;
    }
  };

  try {
    await Promise.all(Array.from({ length: workers }, (_, number) => lane(number)));
    report.seconds = (performance.now() - started) / 1_000;
    // What was just killed holds its leases for a while.
    await delay(leaseMs + 500);
    const kept = fileStore(store, { leaseMs });
    for (const { id, done } of conversations) {
      if (id !== null) report.problems.push(...(await problemsOf(kept, id, done)));
    }
  } finally {
    await model.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
  return report;
}

/** By the bytes in the store. */
async function problemsOf(store: ThreadStore, id: string, done: readonly string[]): Promise<string[]> {
  const head = await store.head(id);
  const bytes = await store.read(id, head?.manifest?.currentFile ?? "");
  const lines = Buffer.from(bytes).toString("utf8").split("\n");
  const prompts = lines
    .filter((line) => line.includes('"item_completed"') && line.includes('"UserMessage"'))
    .flatMap((line) => /"text":"(prompt \d+)"/.exec(line)?.[1] ?? []);
  const problems: string[] = [];
  const twice = prompts.filter((prompt, index) => prompts.indexOf(prompt) !== index);
  if (twice.length > 0) problems.push(`Thread ${id} has ${twice.join(", ")} twice.`);
  const kept = prompts.filter((prompt) => done.includes(prompt));
  if (kept.join() !== done.join()) {
    problems.push(
      `Thread ${id} has lost turns: ${done.filter((prompt) => !kept.includes(prompt)).join(", ") || "their order"}.`,
    );
  }
  return problems;
}

/** A worker process, and the next one when it was killed. */
class Machine {
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;

  constructor(env: Record<string, string>) {
    this.#env = env;
  }

  /** Undefined when the worker was killed before it reported. */
  async order(order: WorkerOrder, killAfterMs: number | undefined): Promise<WorkerReport | undefined> {
    const child = await this.#started();
    return new Promise((resolve) => {
      const settle = (report: WorkerReport | undefined) => {
        clearTimeout(timer);
        child.off("message", settle);
        child.off("exit", onExit);
        if (!report) this.#child = undefined;
        resolve(report);
      };
      const onExit = () => settle(undefined);
      const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
      child.on("message", settle);
      child.on("exit", onExit);
      child.send(order);
    });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  async #started(): Promise<ChildProcess> {
    if (this.#child) return this.#child;
    const file = path.join(import.meta.dirname, "worker.ts");
    const child = fork(file, [], { execArgv: ["--import", "tsx"], env: { ...process.env, ...this.#env } });
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", (code) => reject(new Error(`A worker ended with code ${code} before it was ready.`)));
    });
    child.removeAllListeners("exit");
    this.#child = child;
    return child;
  }
}
