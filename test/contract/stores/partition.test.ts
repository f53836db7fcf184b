// A network between a writer and its PostgreSQL that loses requests, responses, or both, for less or more than a lease.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { ThreadStore } from "../../../src/index.js";
import { deferred } from "../../../src/internal/deferred.js";
import { postgresStore } from "../../../src/store/postgres/index.js";
import { respond, say, until } from "../../../src/testing/index.js";
import { startPostgres } from "../../support/stores/postgres.js";
import type { TestDatabase } from "../../support/stores/postgres.js";
import { machine } from "../../support/stores/stored-threads.js";
import { startTcpProxy } from "../../support/stores/tcp-proxy.js";
import type { TcpProxy } from "../../support/stores/tcp-proxy.js";
import { scriptedModel } from "../../support/workspace.js";

const leaseMs = 1_500;
let database: TestDatabase;
let direct: pg.Pool;

beforeAll(async () => {
  database = await startPostgres();
  direct = openPool(database.port);
  await store(direct).check();
});

afterAll(async () => {
  await direct.end();
  await database.stop();
});

function openPool(port: number): pg.Pool {
  const url = new URL(database.url);
  url.port = String(port);
  const pool = new pg.Pool({ connectionString: url.href, max: 3, connectionTimeoutMillis: 300 });
  // The connections that the network interrupts.
  pool.on("error", () => undefined);
  return pool;
}

const store = (pool: pg.Pool): ThreadStore => postgresStore({ pool, schema: database.schema, leaseMs });

async function cutOff(): Promise<{ proxy: TcpProxy; store: ThreadStore }> {
  const proxy = await startTcpProxy(database.port);
  const pool = openPool(proxy.port);
  onTestFinished(async () => {
    await pool.end();
    await proxy.close();
  });
  return { proxy, store: store(pool) };
}

test.each(["drop requests", "drop responses"] as const)(
  "an append succeeds once when it is repeated after a network that had to %s",
  async (mode) => {
    const { proxy, store: writer } = await cutOff();
    const threadId = randomUUID();
    const { claim } = await writer.claim(threadId, { owner: "writer", ttlMs: 60_000 });
    proxy.mode = mode;
    const append = { version: 1, marks: { mark: mode } };
    // More than the pool's number of connections.
    for (let attempt = 1; attempt <= 4; attempt++) {
      await expect(writer.append(claim, append)).rejects.toMatchObject({ code: "store", isRetryable: true });
    }
    const wasApplied = mode === "drop responses";
    expect(await store(direct).head(threadId)).toMatchObject({ version: wasApplied ? 1 : 0 });
    proxy.mode = "pass";
    await writer.append(claim, append);
    expect(await store(direct).head(threadId)).toMatchObject({ version: 1, epoch: claim.epoch });
    expect(await store(direct).mark(threadId, "mark")).toBe(mode);
    await writer.append(claim, { version: 2 });
  },
);

test("a turn survives a network that loses responses for less than a lease", async () => {
  const gate = deferred<void>();
  const model = await scriptedModel(() => respond([until(gate.promise), say("Answered.")]));
  const { proxy, store: writer } = await cutOff();
  const { codex, codexHome } = machine(model, writer);
  const thread = codex.startThread(model.threadOptions());
  const turn = thread.run("one");
  await model.waitForRequest(1);
  proxy.mode = "drop responses";
  const isRestored = new Promise((resolve) => setTimeout(resolve, 400)).then(() => (proxy.mode = "pass"));
  gate.resolve();
  expect((await turn).finalResponse).toBe("Answered.");
  await isRestored;
  const id = thread.id ?? "";
  const head = await store(direct).head(id);
  const file = head?.manifest?.currentFile ?? "";
  const stored = Buffer.from(await store(direct).read(id, file));
  expect(stored.toString()).toContain("task_complete");
  const { path } = await codex.readThread(id);
  expect(path?.startsWith(codexHome)).toBe(true);
});

// Held messages are lost at first, and arrive later: the hardest of the three cases.
test.each(["hold requests"] as const)(
  "a writer that is cut off for longer than its lease (%s) ends with a typed error, and none of its data arrives later",
  async (mode) => {
    const gate = deferred<void>();
    const model = await scriptedModel((request) =>
      request.lastUserText === "slow" ? respond([until(gate.promise), say("Late.")]) : say("Answered."),
    );
    const { proxy, store: writer } = await cutOff();
    const { codex } = machine(model, writer);
    const thread = codex.startThread(model.threadOptions());
    await thread.run("first");
    const id = thread.id ?? "";
    const slow = thread.run("slow").then(
      () => undefined,
      (error: unknown) => error,
    );
    await model.waitForRequest(2);
    proxy.mode = mode;

    const { codex: other } = machine(model, store(direct));
    const elsewhere = other.resumeThread(id, model.threadOptions());
    await whenFree(() => elsewhere.run("taken over"));
    gate.resolve();
    expect(await slow).toMatchObject({ code: expect.stringMatching(/^(?:store|lease_lost)$/) });
    const { lease: _, ...before } = (await store(direct).head(id)) ?? { lease: null };
    proxy.mode = "pass";
    proxy.deliver();
    // Messages that the network held have arrived before a message that is sent now, or are rejected with it.
    await expect(thread.run("never")).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:lease_lost|thread_busy)$/),
    });
    await expect(thread.run("never")).rejects.toMatchObject({ code: "thread_busy" });
    await codex.close();
    const { lease: __, ...after } = (await store(direct).head(id)) ?? { lease: null };
    expect(after).toEqual(before);
    const file = after && "manifest" in after ? (after.manifest?.currentFile ?? "") : "";
    expect(Buffer.from(await store(direct).read(id, file)).toString()).not.toContain("Late.");
    expect(model.requests.map(({ lastUserText }) => lastUserText)).toEqual(["first", "slow", "taken over"]);
  },
);

/** Repeats the work while another process holds the thread. */
async function whenFree<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const { code, retryAfterMs = 100 } = error as { code?: string; retryAfterMs?: number };
      if (code !== "thread_busy") throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(retryAfterMs, 300)));
    }
  }
}
