// Several machines write one thread while their steps happen in any order, they are killed, lose responses and outlive their
// leases: each append that succeeded is stored once, at its offset, and each that lost its lease is not.
import { expect, test } from "vitest";
import { CodexError } from "../../src/index.js";
import type { ThreadStore } from "../../src/index.js";
import { LogStore } from "../../src/store/log/log-store.js";
import { sha256 } from "../../src/store/testing/bench.js";
import { Disk, LostResponse, memoryObjects } from "../support/stores/memory-objects.js";

const threadId = "thread";
const file = "rollout-1.jsonl";
const schedules = Number(process.env["SCHEDULES"] ?? 40);
const firstSeed = Number(process.env["FIRST_SEED"] ?? 1);

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Lets all promises settle that do not wait for a step. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

interface Write {
  at: number;
  line: string;
}

class Schedule {
  readonly disk = new Disk();
  readonly acknowledged: Write[] = [];
  readonly rejected: string[] = [];
  readonly seen: { size: number; text: string }[] = [];
  readonly #random: () => number;
  readonly #waiting: { run: () => void; machine: number }[] = [];
  readonly #dead = new Set<number>();
  readonly #works: Promise<void>[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  /** A machine that no longer runs never continues after its next step. */
  step(machine: number): () => Promise<void> {
    return () => new Promise((resolve) => this.#waiting.push({ machine, run: resolve }));
  }

  start(work: Promise<void>): void {
    this.#works.push(work);
  }

  /** Runs all machines to their end, one step at a time. */
  async run({ kills, powerFailureAfter }: { kills: boolean; powerFailureAfter: number }): Promise<void> {
    for (let steps = 0; steps < powerFailureAfter; steps++) {
      await settled();
      const ready = this.#waiting.filter(({ machine }) => !this.#dead.has(machine));
      const next = ready[Math.floor(this.#random() * ready.length)];
      if (!next) return this.#ended();
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.disk.time += Math.floor(this.#random() * 12);
      if (kills && this.#random() < 0.004) this.#dead.add(next.machine);
      else next.run();
    }
    await settled();
  }

  /** @throws the error of a machine that failed. */
  async #ended(): Promise<void> {
    if (this.#dead.size === 0) await Promise.all(this.#works);
    else await Promise.race([...this.#works, settled()]);
  }

  /** Claims and appends until it has done so a few times. */
  async write(machine: number, store: ThreadStore, appends: number): Promise<void> {
    for (let round = 0; round < 4; round++) {
      try {
        await this.#writeOnce(`${machine}-${round}`, store, appends);
      } catch (error) {
        if (!CodexError.isInstance(error)) throw error;
        // The log is damaged, or the store contradicts itself.
        if (/gap|incomplete|does not continue/.test(error.message)) throw error;
      }
    }
  }

  async #writeOnce(owner: string, store: ThreadStore, appends: number): Promise<void> {
    const { claim, head } = await store.claim(threadId, { owner, ttlMs: 100 });
    let { version } = head;
    let at = head.files[file]?.size ?? 0;
    for (let count = 0; count < appends; count++) {
      const line = `${owner}-${count}${"x".repeat(Math.floor(this.#random() * 9))}\n`;
      version += 1;
      const bytes = Buffer.from(line);
      const write = { file, at, bytes, sha256: sha256(bytes) };
      const append = { version, writes: [write], marks: { newest: line } };
      let isUnsure = false;
      for (let attempt = 0; ; attempt++) {
        try {
          if (this.#random() < 0.2) await store.renew(claim);
          await store.append(claim, append);
          break;
        } catch (error) {
          if (error instanceof LostResponse && attempt < 3) {
            isUnsure = true;
            continue;
          }
          if (!isUnsure && CodexError.isInstance(error) && error.code === "lease_lost") this.rejected.push(line);
          throw error;
        }
      }
      this.acknowledged.push({ at, line });
      at += bytes.length;
    }
    if (this.#random() < 0.5) await store.release(claim);
  }

  async read(store: ThreadStore, times: number): Promise<void> {
    for (let count = 0; count < times; count++) {
      const head = await store.head(threadId);
      const size = head?.files[file]?.size ?? 0;
      if (size === 0) continue;
      const text = Buffer.from(await store.read(threadId, file, { start: 0, end: size })).toString();
      this.seen.push({ size, text });
    }
  }
}

/** Some steps are applied, and then fail. */
function unreliable(step: () => Promise<void>, random: () => number): () => Promise<void> {
  return async () => {
    await step();
    if (random() < 0.01) throw new LostResponse();
  };
}

async function expectConsistent(seed: number): Promise<number> {
  const random = randomFrom(seed);
  const schedule = new Schedule(random);
  const losesPower = seed % 3 === 0;
  const appends = seed % 10 === 0 ? 40 : 4;
  for (const machine of [1, 2, 3]) {
    const step = seed % 2 === 0 ? unreliable(schedule.step(machine), random) : schedule.step(machine);
    schedule.start(schedule.write(machine, new LogStore(memoryObjects(schedule.disk, step)), appends));
  }
  const reader = new LogStore(memoryObjects(schedule.disk, schedule.step(4)));
  schedule.start(schedule.read(reader, appends));
  await schedule.run({ kills: seed % 5 === 0, powerFailureAfter: losesPower ? Math.floor(random() * 900) : Infinity });
  if (losesPower) schedule.disk.losePower(random);

  const { disk, acknowledged, rejected, seen } = schedule;
  const after = new LogStore(memoryObjects(disk, () => Promise.resolve()));
  disk.time += 100_000;
  const head = await after.head(threadId);
  const text = head?.files[file] ? Buffer.from(await after.read(threadId, file)).toString() : "";
  const lines = text.split("\n").length - 1;
  expect({ version: head?.version ?? 0, size: head?.files[file]?.size ?? 0 }).toEqual({
    version: lines,
    size: text.length,
  });
  for (const { at, line } of acknowledged) expect(text.slice(at, at + line.length)).toBe(line);
  for (const line of rejected) expect(text).not.toContain(line);
  for (const { size, text: part } of losesPower ? [] : seen) expect(text.slice(0, size)).toBe(part);
  if (lines > 0)
    expect(await after.mark(threadId, "newest")).toBe(text.slice(text.lastIndexOf("\n", text.length - 2) + 1));
  // The thread can be continued.
  const next = await after.claim(threadId, { owner: "after", ttlMs: 100 });
  const bytes = Buffer.from("end\n");
  const write = { file, at: text.length, bytes, sha256: sha256(bytes) };
  await after.append(next.claim, { version: next.head.version + 1, writes: [write] });
  expect(Buffer.from(await after.read(threadId, file)).toString()).toBe(`${text}end\n`);
  return acknowledged.length;
}

test("any order of steps, deaths, lost responses and power failures", { timeout: 600_000 }, async () => {
  let acknowledged = 0;
  for (let seed = firstSeed; seed < firstSeed + schedules; seed++) {
    acknowledged += await expectConsistent(seed).catch((error: unknown) => {
      throw new Error(`Schedule ${seed} fails.`, { cause: error });
    });
  }
  // Most machines succeed at some time.
  expect(acknowledged).toBeGreaterThan(schedules * 5);
});
