// What a store costs: a warm turn with and without one, and the speed of appending and hydrating.
import { createHash, randomBytes, randomUUID } from "node:crypto";
import path from "node:path";
import { Codex } from "codex-sdk";
import type { ThreadStore } from "codex-sdk";
import { fileStore } from "codex-sdk/store";
import { postgresStore } from "codex-sdk/store/postgres";
import { say, ScriptedModel } from "codex-sdk/testing";
import pg from "pg";
import { startPostgres } from "../../../test/support/stores/postgres.js";
import type { Bench, Measurement } from "../../harness/measurement.js";
import { difference, interleaved, toRow } from "../../harness/series.js";
import type { Rounds } from "../../harness/series.js";
import { measureWorkers } from "./workers.js";

export const store: Measurement = { name: "store", title: "Threads in a store", run };

const limits = { file: 3, postgres: 6 };

async function run(bench: Bench) {
  const database = await startPostgres();
  const pool = new pg.Pool({ connectionString: database.url });
  // The server ends connections that the pool is just closing.
  pool.on("error", () => undefined);
  const directory = path.join(await bench.place.newCodexHome(), "store");
  const stores = new Map<string, ThreadStore | undefined>([
    ["no store", undefined],
    ["file", fileStore(directory)],
    ["postgres", postgresStore({ pool, schema: database.schema })],
  ]);
  const closing: (() => Promise<void>)[] = [];
  const inCalls = new Map<string, number[]>();
  try {
    const subjects = new Map<string, () => Promise<number[]>>();
    for (const [name, given] of stores) {
      const kept = given && timed(given);
      const model = await ScriptedModel.start({
        script: () => say("done"),
        codexHome: await bench.place.newCodexHome(),
      });
      const codex = new Codex({ ...model.codexOptions(), store: kept });
      closing.push(async () => {
        await codex.close();
        await model.close();
      });
      const thread = codex.startThread(model.threadOptions({ workingDirectory: bench.place.workingDirectory }));
      await thread.run("Hello");
      subjects.set(name, async () => {
        const before = kept?.spentMs ?? 0;
        const started = performance.now();
        await thread.run("Hello");
        const ms = performance.now() - started;
        if (kept) inCalls.set(name, [...(inCalls.get(name) ?? []), kept.spentMs - before]);
        return [ms];
      });
    }
    const samples = await interleaved(bench.scaled(60, 15), subjects, { limitMs: bench.limitMs });
    const speeds = await transferSpeeds(stores, bench.scaled(64, 8));
    const alone = await turnsOfStores(stores, bench.scaled(5_000, 1_000));
    const usual = samples.get("no store") ?? [];
    await Promise.all(closing.splice(0).map((close) => close()));
    const workers = await measureWorkers(bench);
    return {
      rows: [
        ...[...samples].map(([name, rounds]) => toRow(`${name}: a warm turn`, "ms", "lower", rounds)),
        ...[...inCalls].map(([name, ms]) => toRow(`${name}: a warm turn, in calls of the store`, "ms", "lower", [ms])),
        ...speeds.map(({ subject, rounds }) => toRow(subject, "MB/s", "higher", rounds)),
        ...alone.map(({ subject, rounds }) => toRow(subject, "turns/s", "higher", rounds)),
        ...workers.rows,
      ],
      goals: [
        ...(["file", "postgres"] as const).map((name) => ({
          what: `a warm turn, ${name} beyond no store`,
          value: difference(samples.get(name) ?? [], usual),
          unit: "ms" as const,
          limit: limits[name],
          must: "at most" as const,
        })),
        ...workers.goals,
      ],
    };
  } finally {
    await Promise.all(closing.map((close) => close()));
    await pool.end();
    await database.stop();
  }
}

/** Adds up what the calls take that a warm turn makes, one after the other: to confirm the claim, and to append. */
function timed(store: ThreadStore): ThreadStore & { readonly spentMs: number } {
  let spentMs = 0;
  const measured = async (work: Promise<void>) => {
    const started = performance.now();
    try {
      await work;
    } finally {
      spentMs += performance.now() - started;
    }
  };
  return {
    leaseMs: store.leaseMs,
    get spentMs() {
      return spentMs;
    },
    check: () => store.check(),
    claim: (...args) => store.claim(...args),
    renew: (claim) => measured(store.renew(claim)),
    release: (...args) => store.release(...args),
    append: (...args) => measured(store.append(...args)),
    read: (...args) => store.read(...args),
    head: (...args) => store.head(...args),
    mark: (...args) => store.mark(...args),
    list: (...args) => store.list(...args),
    delete: (...args) => store.delete(...args),
  };
}

const pieceBytes = 1024 * 1024;
const file = "rollout-2026-01-01T00-00-00-bench.jsonl";

async function transferSpeeds(stores: ReadonlyMap<string, ThreadStore | undefined>, megabytes: number) {
  const speeds: { subject: string; rounds: Rounds }[] = [];
  for (const [name, kept] of stores) {
    if (!kept) continue;
    const threadId = randomUUID();
    const { claim } = await kept.claim(threadId, { owner: "bench", ttlMs: 60_000 });
    const piece = randomBytes(pieceBytes);
    const hash = createHash("sha256");
    const appended: number[] = [];
    for (let version = 1; version <= megabytes; version++) {
      const sha256 = hash.update(piece).copy().digest("hex");
      const started = performance.now();
      await kept.append(claim, { version, writes: [{ file, at: (version - 1) * pieceBytes, bytes: piece, sha256 }] });
      appended.push(toSpeed(pieceBytes, performance.now() - started));
    }
    const started = performance.now();
    for (let start = 0; start < megabytes * pieceBytes; start += 4 * pieceBytes) {
      await kept.read(threadId, file, { start, end: start + 4 * pieceBytes });
    }
    const hydrated = toSpeed(megabytes * pieceBytes, performance.now() - started);
    await kept.delete(claim);
    speeds.push(
      { subject: `${name}: append`, rounds: [appended] },
      { subject: `${name}: hydrate`, rounds: [[hydrated]] },
    );
  }
  return speeds;
}

const threadsAtOnce = 16;
/** What Codex writes for a short turn. */
const turnBytes = 6_000;

/** How many short turns a store takes without Codex: for each a renewal and an append. */
async function turnsOfStores(stores: ReadonlyMap<string, ThreadStore | undefined>, ms: number) {
  const found: { subject: string; rounds: Rounds }[] = [];
  const bytes = randomBytes(turnBytes);
  for (const [name, kept] of stores) {
    if (!kept) continue;
    const end = performance.now() + ms;
    const counts = await Promise.all(
      Array.from({ length: threadsAtOnce }, async () => {
        const { claim } = await kept.claim(randomUUID(), { owner: "bench", ttlMs: 60_000 });
        const hash = createHash("sha256");
        let version = 0;
        while (performance.now() < end) {
          version += 1;
          const sha256 = hash.update(bytes).copy().digest("hex");
          await kept.renew(claim);
          await kept.append(claim, { version, writes: [{ file, at: (version - 1) * turnBytes, bytes, sha256 }] });
        }
        return version;
      }),
    );
    const turns = counts.reduce((sum, count) => sum + count, 0);
    found.push({
      subject: `${name}: the store alone, ${threadsAtOnce} threads at once`,
      rounds: [[turns / (ms / 1_000)]],
    });
  }
  return found;
}

function toSpeed(bytes: number, ms: number): number {
  return bytes / 1_000_000 / (ms / 1_000);
}
