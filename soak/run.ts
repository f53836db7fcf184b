// Runs many turns on many threads, kills Codex from time to time, and checks the outcome of each turn.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Codex, CodexError } from "codex-sdk";
import type { Thread } from "codex-sdk";
import { compaction, ScriptedModel } from "codex-sdk/testing";
import { scenarios } from "./scenarios.js";
import type { Outcome } from "./scenarios.js";
import { pick, randomFrom } from "./random.js";
import { hostUsage, processesWith } from "./usage.js";
import type { HostUsage } from "./usage.js";

export interface SoakOptions {
  turns: number;
  threads: number;
  seed: number;
  /** Called after every hundredth turn. */
  onProgress?: (done: number) => void;
}

export interface SoakReport {
  seconds: number;
  kills: number;
  /** The number of turns by outcome. */
  outcomes: Record<string, number>;
  /** Descriptions of unexpected results. */
  problems: string[];
  usage: { start: HostUsage; quarter: HostUsage; end: HostUsage };
}

/** A turn that exceeds this limit is reported as hanging. */
const turnLimitMs = 60_000;
/** A turn that starts shortly after the kill may still be sent to the dying Codex. */
const exitDelayMs = 2_000;
const allowedGrowthMiB = 24;

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const scratch = mkdtempSync(path.join(tmpdir(), "codex-sdk-soak-"));
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = scratch;
  try {
    return await new Soak(options, scratch).run();
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    rmSync(scratch, { recursive: true, force: true });
  }
}

class Soak {
  readonly #options: SoakOptions;
  readonly #scratch: string;
  readonly #random: () => number;
  readonly #problems: string[] = [];
  readonly #outcomes: Record<string, number> = {};
  /** How often the model received the first request of each turn. */
  readonly #requestCounts = new Map<string, number>();
  #model: ScriptedModel | undefined;
  readonly #pendingKills: Promise<void>[] = [];
  #kills = 0;
  #nextKill = 6;
  #lastKill = -Infinity;
  #started = 0;
  #done = 0;
  #quarter: HostUsage | undefined;

  constructor(options: SoakOptions, scratch: string) {
    this.#options = options;
    this.#scratch = scratch;
    this.#random = randomFrom(options.seed);
  }

  async run(): Promise<SoakReport> {
    const start = hostUsage();
    const startedAt = performance.now();
    const model = await ScriptedModel.start({
      keepRequests: 10,
      script: (request) => {
        // Codex compacts the conversation by itself.
        if (request.purpose !== "turn") return compaction();
        const text = request.lastUserText;
        const scenario = scenarios[text.split(" ")[0] ?? ""];
        if (request.newOutputs.length === 0) this.#requestCounts.set(text, (this.#requestCounts.get(text) ?? 0) + 1);
        if (!scenario) throw new Error(`Unknown scenario: ${JSON.stringify(text)}.`);
        return scenario.step(request);
      },
    });
    this.#model = model;
    const codex = new Codex({ ...model.codexOptions(), shutdownGraceMs: 1_000 });
    const threads = Array.from({ length: this.#options.threads }, () =>
      codex.startThread({ ...model.threadOptions(), sandboxMode: "danger-full-access" }),
    );
    await Promise.all(threads.map((thread) => this.#useThread(thread)));
    await Promise.all(this.#pendingKills);
    await this.#checkThreads(threads);
    await codex.close();
    const remaining = processesWith(`CODEX_HOME=${model.codexHome}`);
    if (remaining.length > 0)
      this.#problem(`remaining processes: ${remaining.map(({ commandLine }) => commandLine).join(", ")}`);
    await model.close();
    const seconds = (performance.now() - startedAt) / 1000;
    return this.#report(start, seconds);
  }

  async #useThread(thread: Thread): Promise<void> {
    while (this.#started < this.#options.turns) {
      const name = pick(this.#random, Object.keys(scenarios));
      const ms = 50 + Math.floor(this.#random() * 500);
      this.#started += 1;
      await this.#runTurn(thread, `${name} ${this.#started}`, ms);
      this.#done += 1;
      this.#scheduleKill();
      if (this.#done === Math.ceil(this.#options.turns / 4)) this.#quarter = hostUsage();
      if (this.#done % 100 === 0) this.#options.onProgress?.(this.#done);
    }
  }

  async #runTurn(thread: Thread, text: string, ms: number): Promise<void> {
    const scenario = scenarios[text.split(" ")[0] ?? ""];
    if (!scenario) return;
    const startedAt = performance.now();
    const start = (options: object) => thread.runStreamed(text, options);
    let message = "";
    const complete = async () => (await start({})).completed();
    const ended = (scenario.run?.(start, ms) ?? complete()).then(
      (turn): Outcome => {
        if (turn.finalResponse !== `re: ${text}`) {
          this.#problem(`unexpected answer to "${text}": ${JSON.stringify(turn.finalResponse)}`);
        }
        return "completed";
      },
      (error: unknown) => {
        message = error instanceof Error ? `: ${error.message}` : "";
        return outcomeOf(error);
      },
    );
    const outcome = (await limited(ended)) ?? "hangs";
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
    const wasKilled = this.#lastKill > startedAt - exitDelayMs;
    if (outcome !== scenario.outcome && !(wasKilled && outcome === "exited")) {
      this.#problem(
        `"${text}" ended as ${outcome}, expected ${scenario.outcome}${wasKilled ? "; Codex was killed" : ""}${message}`,
      );
    }
  }

  /** About 25 times in all, with at least six turns between two kills that did not end because of one. */
  #scheduleKill(): void {
    const ended = this.#done - (this.#outcomes["exited"] ?? 0);
    if (ended < this.#nextKill) return;
    this.#nextKill = ended + Math.max(6, this.#options.turns / 25) * (0.5 + this.#random());
    this.#pendingKills.push(delay(this.#random() * 300).then(() => this.#kill()));
  }

  #kill(): void {
    const processes = processesWith(`CODEX_HOME=${this.#model?.codexHome}`);
    for (const { pid } of processes.filter(({ commandLine }) => / app-server\b/.test(commandLine))) {
      try {
        process.kill(pid, "SIGKILL");
        this.#kills += 1;
        this.#lastKill = performance.now();
      } catch {
        // The process has exited already.
      }
    }
  }

  /** Checks that every thread can run another turn, and that no turn ran twice. */
  async #checkThreads(threads: readonly Thread[]): Promise<void> {
    await Promise.all(threads.map((thread, index) => this.#runTurn(thread, `answered last-${index}`, 0)));
    for (const [text, count] of this.#requestCounts) if (count > 1) this.#problem(`"${text}" ran ${count} times`);
  }

  #report(start: HostUsage, seconds: number): SoakReport {
    const end = hostUsage();
    const quarter = this.#quarter ?? end;
    if (end.heapMiB > quarter.heapMiB + allowedGrowthMiB) this.#problem("memory grows");
    // The event loop opens a few on first use.
    if (end.descriptors > start.descriptors + 4) this.#problem("descriptors leak");
    // One exit listener removes the temporary CODEX_HOME.
    if (end.listeners > start.listeners + 1) this.#problem("listeners leak");
    const files = readdirSync(this.#scratch);
    if (files.length > 0) this.#problem(`remaining temporary files: ${files.join(", ")}`);
    return {
      seconds,
      kills: this.#kills,
      outcomes: this.#outcomes,
      problems: this.#problems,
      usage: { start, quarter, end },
    };
  }

  #problem(text: string): void {
    this.#problems.push(text);
  }
}

function outcomeOf(error: unknown): Outcome {
  if (CodexError.isInstance(error)) return error.code;
  throw error;
}

async function limited<Value>(work: Promise<Value>): Promise<Value | undefined> {
  const timer = new AbortController();
  const limit = delay(turnLimitMs, undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    timer.abort();
  }
}
