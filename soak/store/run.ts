// Runs turns on workers that share a store while workers and their Codex are killed. No prompt or call may run twice,
// and no bytes that were read may be lost.
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ThreadStore } from "../../src/index.js";
import { fileStore } from "../../src/store/index.js";
import { runCommand, ScriptedModel, say } from "../../src/testing/index.js";
import { pick, randomFrom } from "../random.js";
import { WorkerProcess } from "./worker-process.js";

export interface StoreSoakOptions {
  turns: number;
  threads: number;
  workers: number;
  seed: number;
  onProgress: (turns: number) => void;
}

export interface StoreSoakReport {
  seconds: number;
  kills: { workers: number; codex: number };
  outcomes: Record<string, number>;
  /** Prompts that the model received more than once, and calls that ran more than once. */
  duplicates: number;
  /** Bytes that were read from the store and have changed since. */
  lostBytes: number;
  /** Milliseconds from the kill of a worker to the outcome of its turn on another one. */
  takeoverMs: number[];
  problems: string[];
}

export const leaseMs = 2_000;
/** One in this number of turns has its worker or its Codex killed. */
const killRate = { worker: 25, codex: 40 };
/** Kills occur at a random time of the turn, from the claim to the release. */
const killWithinMs = 1_200;

interface SoakThread {
  id: string;
  /** The prompts of completed turns, in order. */
  done: string[];
  /** SHA-256 of its file by size, each time it was read. */
  seen: Map<number, string>;
}

export async function soakStore(options: StoreSoakOptions): Promise<StoreSoakReport> {
  const root = mkdtempSync(path.join(os.tmpdir(), "codex-sdk-soak-store-"));
  const homes = mkdtempSync(path.join("/var/tmp", "codex-sdk-soak-homes-"));
  const soak = await StoreSoak.start(options, { root, homes });
  try {
    return await soak.run();
  } finally {
    await soak.stop();
    for (const made of [root, homes]) rmSync(made, { recursive: true, force: true, maxRetries: 5 });
  }
}

class StoreSoak {
  readonly #options: StoreSoakOptions;
  readonly #model: ScriptedModel;
  readonly #workers: WorkerProcess[];
  readonly #reader: ThreadStore;
  readonly #counter: string;
  readonly #promptCounts: Map<string, number>;
  readonly #random: () => number;
  readonly #report: StoreSoakReport = {
    seconds: 0,
    kills: { workers: 0, codex: 0 },
    outcomes: {},
    duplicates: 0,
    lostBytes: 0,
    takeoverMs: [],
    problems: [],
  };
  #turnCount = 0;

  private constructor(
    options: StoreSoakOptions,
    made: { model: ScriptedModel; workers: WorkerProcess[]; store: string; counter: string; sent: Map<string, number> },
  ) {
    this.#options = options;
    this.#model = made.model;
    this.#workers = made.workers;
    this.#reader = fileStore(made.store, { leaseMs });
    this.#counter = made.counter;
    this.#promptCounts = made.sent;
    this.#random = randomFrom(options.seed);
  }

  static async start(options: StoreSoakOptions, { root, homes }: { root: string; homes: string }): Promise<StoreSoak> {
    const [store, counter] = [path.join(root, "store"), path.join(root, "counter")];
    const sent = new Map<string, number>();
    let calls = 0;
    const model = await ScriptedModel.start({
      keepRequests: 1,
      // Every other prompt runs a command, which writes its call ID to a file.
      script: ({ newOutputs, userTexts }) => {
        const prompt = userTexts.findLast((text) => !text.startsWith("<")) ?? "";
        if (newOutputs.length > 0) return say("Done.");
        sent.set(prompt, (sent.get(prompt) ?? 0) + 1);
        if (Number(prompt.split(" ")[1]) % 2 === 0) return say("Answered.");
        calls += 1;
        return runCommand(`echo call_${calls} >> ${counter}; sleep 0.05`, { callId: `call_${calls}`, login: false });
      },
    });
    const thread = { ...model.threadOptions({ workingDirectory: root }), sandboxMode: "danger-full-access" };
    const workers = Array.from({ length: options.workers }, (_, number) => {
      const codexHome = path.join(homes, String(number));
      const env = {
        SOAK_OPTIONS: JSON.stringify({ ...model.codexOptions(), codexHome }),
        SOAK_THREAD: JSON.stringify(thread),
        SOAK_STORE: store,
        SOAK_LEASE_MS: String(leaseMs),
      };
      return new WorkerProcess(env, codexHome);
    });
    return new StoreSoak(options, { model, workers, store, counter, sent });
  }

  async run(): Promise<StoreSoakReport> {
    const { threads, workers } = this.#options;
    const conversations = await this.#create(threads);
    const started = performance.now();
    const free = new Set(conversations);
    await Promise.all(Array.from({ length: workers }, (_, lane) => this.#lane(lane, free)));
    this.#report.seconds = (performance.now() - started) / 1_000;
    for (const conversation of conversations) await this.#check(conversation);
    this.#countDuplicates();
    return this.#report;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    await this.#model.close();
  }

  async #create(count: number): Promise<SoakThread[]> {
    const made: SoakThread[] = [];
    for (let number = 0; number < count; number++) {
      const report = await this.#worker(number).run({ threadId: null, prompt: "" });
      if (report?.outcome !== "created" || report.threadId === null) throw new Error(`No thread: ${report?.outcome}`);
      made.push({ id: report.threadId, done: [], seen: new Map() });
    }
    return made;
  }

  async #lane(lane: number, free: Set<SoakThread>): Promise<void> {
    while (this.#turnCount < this.#options.turns) {
      this.#turnCount += 1;
      const prompt = `prompt ${this.#turnCount}`;
      if (this.#turnCount % 100 === 0) this.#options.onProgress(this.#turnCount);
      const conversation = pick(this.#random, [...free]);
      free.delete(conversation);
      const outcome = await this.#turn(lane, conversation, prompt);
      this.#report.outcomes[outcome] = (this.#report.outcomes[outcome] ?? 0) + 1;
      if (outcome === "completed") conversation.done.push(prompt);
      await this.#recordHash(conversation);
      free.add(conversation);
    }
  }

  /** Runs the turn on one worker after the other until its outcome is known. */
  async #turn(lane: number, { id: threadId }: SoakThread, prompt: string): Promise<string> {
    let lostAt: number | undefined;
    this.#planKill(this.#worker(lane));
    for (let worker = lane; ;) {
      const report = await this.#worker(worker).run({ threadId, prompt });
      if (!report) lostAt ??= performance.now();
      if (report && !isRetryable(report.outcome)) {
        if (lostAt !== undefined) this.#report.takeoverMs.push(performance.now() - lostAt);
        return report.outcome;
      }
      if (report?.outcome === "thread_busy") await delay(Math.min(report.retryAfterMs ?? 100, 100));
      else worker += 1;
    }
  }

  #planKill(worker: WorkerProcess): void {
    const { kills } = this.#report;
    if (this.#random() < 1 / killRate.worker) {
      kills.workers += 1;
      setTimeout(() => void worker.kill(), this.#random() * killWithinMs);
    } else if (this.#random() < 1 / killRate.codex) {
      kills.codex += 1;
      setTimeout(() => worker.killCodex(), this.#random() * killWithinMs);
    }
  }

  #worker(number: number): WorkerProcess {
    // There is at least one worker.
    return this.#workers[number % this.#workers.length] as WorkerProcess;
  }

  async #recordHash({ id, seen }: SoakThread): Promise<void> {
    const head = await this.#reader.head(id);
    const file = head?.files[head.manifest?.currentFile ?? ""];
    if (file) seen.set(file.size, file.sha256);
  }

  /** Compares the bytes in the store with those read earlier, and the prompts in it with the completed turns. */
  async #check({ id, done, seen }: SoakThread): Promise<void> {
    const { problems } = this.#report;
    const head = await this.#reader.head(id);
    const bytes = Buffer.from(await this.#reader.read(id, head?.manifest?.currentFile ?? ""));
    for (const [size, sha256] of seen) {
      if (createHash("sha256").update(bytes.subarray(0, size)).digest("hex") === sha256) continue;
      this.#report.lostBytes += size;
      problems.push(`The first ${size} bytes of thread ${id} have changed.`);
    }
    const recorded = promptsIn(bytes);
    const recordedDone = recorded.filter((prompt) => done.includes(prompt));
    if (new Set(recorded).size !== recorded.length) problems.push(`Thread ${id} contains a prompt twice.`);
    if (recordedDone.join() !== done.join()) {
      const lost = done.filter((prompt) => !recordedDone.includes(prompt)).join(", ");
      problems.push(`Thread ${id} has lost turns: ${lost || "their order"}.`);
    }
  }

  #countDuplicates(): void {
    const calls = existsSync(this.#counter) ? readFileSync(this.#counter, "utf8").trim().split("\n") : [];
    const prompts = [...this.#promptCounts].filter(([, count]) => count > 1);
    this.#report.duplicates = prompts.length + calls.length - new Set(calls).size;
    for (const [prompt, count] of prompts) this.#report.problems.push(`${prompt} was sent ${count} times.`);
    if (new Set(calls).size !== calls.length) this.#report.problems.push("A call ran twice.");
  }
}

/** The outcomes after which a workflow engine would retry. */
function isRetryable(outcome: string): boolean {
  return ["thread_busy", "exited", "lease_lost", "store", "protocol", "incomplete"].includes(outcome);
}

function promptsIn(bytes: Buffer): string[] {
  return bytes
    .toString("utf8")
    .split("\n")
    .filter((line) => line.includes('"item_completed"') && line.includes('"UserMessage"'))
    .flatMap((line) => /"text":"(prompt \d+)"/.exec(line)?.[1] ?? []);
}
