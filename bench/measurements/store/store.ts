// The cost of a store: a warm turn with and without one, and the speed of appending and hydrating.
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
import { difference, interleaved, toRow } from "../../harness/results/series.js";
import type { Rounds } from "../../harness/results/series.js";
import { measureWorkers } from "./workers.js";

export const store: Measurement = { name: "store", title: "Threads in a store", run };

const limits = { file: 3, postgres: 6 };

async function run(bench: Bench) {
  const database = await startPostgres();
  const pool = new pg.Pool({ connectionString: database.url });
  // The server also ends connections while the pool closes them.
  pool.on("error", () => undefined);
  const directory = path.join(await bench.workspace.newCodexHome(), "store");
  const stores = new Map<string, ThreadStore | undefined>([
    ["no store", undefined],
    ["file", fileStore(directory)],
    ["postgres", postgresStore({ pool, schema: database.schema })],
  ]);
  const closing: (() => Promise<void>)[] = [];
  const callMs = new Map<string, number[]>();
  try {
    const subjects = new Map<string, () => Promise<number[]>>();
    for (const [name, given] of stores) {
      const measured = given && timed(given);
      const model = await ScriptedModel.start({
        script: () => say("done"),
        codexHome: await bench.workspace.newCodexHome(),
      });
      const codex = new Codex({ ...model.codexOptions(), store: measured });
      closing.push(async () => {
        await codex.close();
        await model.close();
      });
      const thread = codex.startThread(model.threadOptions({ workingDirectory: bench.workspace.workingDirectory }));
      await thread.run("Hello");
      subjects.set(name, async () => {
        const before = measured?.spentMs ?? 0;
        const started = performance.now();
        await thread.run("Hello");
        const ms = performance.now() - started;
        if (measured) callMs.set(name, [...(callMs.get(name) ?? []), measured.spentMs - before]);
        return [ms];
      });
    }
    const samples = await interleaved(bench.scaled(60, 15), subjects, { limitMs: bench.limitMs });
    const speeds = await transferSpeeds(stores, bench.scaled(64, 8));
    const alone = await storeSpeeds(stores, bench.scaled(5_000, 1_000));
    const usual = samples.get("no store") ?? [];
    await Promise.all(closing.splice(0).map((close) => close()));
    const workers = await measureWorkers(bench);
    return {
      rows: [
        ...[...samples].map(([name, rounds]) => toRow(`${name}: a warm turn`, "ms", "lower", rounds)),
        ...[...callMs].map(([name, ms]) => toRow(`${name}: a warm turn, time in store calls`, "ms", "lower", [ms])),
        ...speeds.map(({ subject, rounds }) => toRow(subject, "MB/s", "higher", rounds)),
        ...alone.map(({ subject, rounds }) => toRow(subject, "turns/s", "higher", rounds)),
        ...workers.rows,
      ],
      goals: [
        ...(["file", "postgres"] as const).map((name) => ({
          what: `a warm turn, ${name} over no store`,
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

/** Sums the time of the store calls of a warm turn: to renew the claim, and to append. */
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
  for (const [name, store] of stores) {
    if (!store) continue;
    const threadId = randomUUID();
    const { claim } = await store.claim(threadId, { owner: "bench", ttlMs: 60_000 });
    const piece = randomBytes(pieceBytes);
    const hash = createHash("sha256");
    const appended: number[] = [];
    for (let version = 1; version <= megabytes; version++) {
      const sha256 = hash.update(piece).copy().digest("hex");
      const started = performance.now();
      await store.append(claim, { version, writes: [{ file, at: (version - 1) * pieceBytes, bytes: piece, sha256 }] });
      appended.push(toSpeed(pieceBytes, performance.now() - started));
    }
    const started = performance.now();
    for (let start = 0; start < megabytes * pieceBytes; start += 4 * pieceBytes) {
      await store.read(threadId, file, { start, end: start + 4 * pieceBytes });
    }
    const hydrated = toSpeed(megabytes * pieceBytes, performance.now() - started);
    await store.delete(claim);
    speeds.push(
      { subject: `${name}: append`, rounds: [appended] },
      { subject: `${name}: hydrate`, rounds: [[hydrated]] },
    );
  }
  return speeds;
}

const threadCount = 16;
/** The size of a short turn in a rollout. */
const turnBytes = 6_000;

/** Short turns per second without Codex: a renewal and an append for each. */
async function storeSpeeds(stores: ReadonlyMap<string, ThreadStore | undefined>, ms: number) {
  const found: { subject: string; rounds: Rounds }[] = [];
  const bytes = randomBytes(turnBytes);
  for (const [name, store] of stores) {
    if (!store) continue;
    const end = performance.now() + ms;
    const counts = await Promise.all(
      Array.from({ length: threadCount }, async () => {
        const { claim } = await store.claim(randomUUID(), { owner: "bench", ttlMs: 60_000 });
        const hash = createHash("sha256");
        let version = 0;
        while (performance.now() < end) {
          version += 1;
          const sha256 = hash.update(bytes).copy().digest("hex");
          await store.renew(claim);
          await store.append(claim, { version, writes: [{ file, at: (version - 1) * turnBytes, bytes, sha256 }] });
        }
        return version;
      }),
    );
    const turns = counts.reduce((sum, count) => sum + count, 0);
    found.push({
      subject: `${name}: without Codex, ${threadCount} concurrent threads`,
      rounds: [[turns / (ms / 1_000)]],
    });
  }
  return found;
}

function toSpeed(bytes: number, ms: number): number {
  return bytes / 1_000_000 / (ms / 1_000);
}
