// Many turns on many threads, while codex is killed now and then; and whether each ended as it had to.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Codex, CodexError } from "codex-sdk";
import type { Thread } from "codex-sdk";
import { compaction, ScriptedModel } from "codex-sdk/testing";
import { fates } from "./fates.js";
import type { Outcome } from "./fates.js";
import { pick, randomFrom } from "./random.js";
import { hostUsage, processesWith } from "./usage.js";
import type { HostUsage } from "./usage.js";

export interface SoakOptions {
  turns: number;
  threads: number;
  seed: number;
  /** Told of every hundredth turn. */
  onProgress?: (done: number) => void;
}

export interface SoakReport {
  seconds: number;
  kills: number;
  /** How many turns ended in which way. */
  outcomes: Record<string, number>;
  /** What should not have been, in words. */
  problems: string[];
  usage: { start: HostUsage; quarter: HostUsage; end: HostUsage };
}

/** A thread that answers nothing any more would hold up everything else. */
const turnLimitMs = 60_000;
/** A turn that is asked for right after the kill may still be given to the codex that dies of it. */
const dyingMs = 2_000;
const flatWithinMiB = 24;

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
  /** How often the model was asked to begin each turn. */
  readonly #begun = new Map<string, number>();
  #model: ScriptedModel | undefined;
  readonly #killings: Promise<void>[] = [];
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
        // What codex asks for itself, to make room.
        if (request.purpose !== "turn") return compaction();
        const text = request.lastUserText;
        const fate = fates[text.split(" ")[0] ?? ""];
        if (request.newOutputs.length === 0) this.#begun.set(text, (this.#begun.get(text) ?? 0) + 1);
        if (!fate) throw new Error(`No fate is named in ${JSON.stringify(text)}.`);
        return fate.step(request);
      },
    });
    this.#model = model;
    const codex = new Codex({ ...model.codexOptions(), shutdownGraceMs: 1_000 });
    const threads = Array.from({ length: this.#options.threads }, () =>
      codex.startThread({ ...model.threadOptions(), sandboxMode: "danger-full-access" }),
    );
    await Promise.all(threads.map((thread) => this.#useThread(thread)));
    await Promise.all(this.#killings);
    await this.#checkThreads(threads);
    await codex.close();
    const left = processesWith(`CODEX_HOME=${model.codexHome}`);
    if (left.length > 0) this.#problem(`processes are left: ${left.map(({ commandLine }) => commandLine).join(", ")}`);
    await model.close();
    const seconds = (performance.now() - startedAt) / 1000;
    return this.#report(start, seconds);
  }

  async #useThread(thread: Thread): Promise<void> {
    while (this.#started < this.#options.turns) {
      const name = pick(this.#random, Object.keys(fates));
      const ms = 50 + Math.floor(this.#random() * 500);
      this.#started += 1;
      await this.#play(thread, `${name} ${this.#started}`, ms);
      this.#done += 1;
      this.#killNowAndThen();
      if (this.#done === Math.ceil(this.#options.turns / 4)) this.#quarter = hostUsage();
      if (this.#done % 100 === 0) this.#options.onProgress?.(this.#done);
    }
  }

  async #play(thread: Thread, text: string, ms: number): Promise<void> {
    const fate = fates[text.split(" ")[0] ?? ""];
    if (!fate) return;
    const startedAt = performance.now();
    const start = (options: object) => thread.runStreamed(text, options);
    let said = "";
    const whole = async () => (await start({})).completed();
    const ended = (fate.run?.(start, ms) ?? whole()).then(
      (turn): Outcome => {
        if (turn.finalResponse !== `re: ${text}`) {
          this.#problem(`"${text}" was answered with ${JSON.stringify(turn.finalResponse)}`);
        }
        return "completed";
      },
      (error: unknown) => {
        said = error instanceof Error ? `: ${error.message}` : "";
        return outcomeOf(error);
      },
    );
    const outcome = (await limited(ended)) ?? "hangs";
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
    const wasKilled = this.#lastKill > startedAt - dyingMs;
    if (outcome !== fate.outcome && !(wasKilled && outcome === "exited")) {
      this.#problem(
        `"${text}" ended as ${outcome}, not as ${fate.outcome}${wasKilled ? ", and codex was killed" : ""}${said}`,
      );
    }
  }

  /** Some 25 times, and no sooner again than after a few turns that ended otherwise; in the middle of those that run. */
  #killNowAndThen(): void {
    const ended = this.#done - (this.#outcomes["exited"] ?? 0);
    if (ended < this.#nextKill) return;
    this.#nextKill = ended + Math.max(6, this.#options.turns / 25) * (0.5 + this.#random());
    this.#killings.push(delay(this.#random() * 300).then(() => this.#kill()));
  }

  #kill(): void {
    const processes = processesWith(`CODEX_HOME=${this.#model?.codexHome}`);
    for (const { pid } of processes.filter(({ commandLine }) => / app-server\b/.test(commandLine))) {
      try {
        process.kill(pid, "SIGKILL");
        this.#kills += 1;
        this.#lastKill = performance.now();
      } catch {
        // It was just ending.
      }
    }
  }

  /** Every thread goes on, and no turn was run twice. */
  async #checkThreads(threads: readonly Thread[]): Promise<void> {
    await Promise.all(threads.map((thread, index) => this.#play(thread, `answered last-${index}`, 0)));
    for (const [text, count] of this.#begun) if (count > 1) this.#problem(`"${text}" was run ${count} times`);
  }

  #report(start: HostUsage, seconds: number): SoakReport {
    const end = hostUsage();
    const quarter = this.#quarter ?? end;
    if (end.heapMiB > quarter.heapMiB + flatWithinMiB) this.#problem("memory grows");
    // The event loop itself opens a few with its first use.
    if (end.descriptors > start.descriptors + 4) this.#problem("descriptors are left");
    // A test home is removed when the program ends: one listener.
    if (end.listeners > start.listeners + 1) this.#problem("listeners are left");
    const files = readdirSync(this.#scratch);
    if (files.length > 0) this.#problem(`temporary files are left: ${files.join(", ")}`);
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
  const waiting = new AbortController();
  const limit = delay(turnLimitMs, undefined, { signal: waiting.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    waiting.abort();
  }
}
