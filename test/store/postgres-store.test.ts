// The store in PostgreSQL: the conformance suite on a real server, and what the server must provide.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { postgresStore } from "../../src/store/postgres/index.js";
import { testThreadStore } from "../../src/store/testing/index.js";
import { startPostgres } from "../support/stores/postgres.js";
import type { TestDatabase } from "../support/stores/postgres.js";

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await startPostgres();
  pool = new pg.Pool({ connectionString: database.url, max: 12 });
  // The server ends connections that the pool is closing at that moment.
  pool.on("error", () => undefined);
});

afterAll(async () => {
  await pool.query(`DROP SCHEMA IF EXISTS ${database.schema} CASCADE`);
  await pool.end();
  await database.stop();
});

const open = () => postgresStore({ pool, schema: database.schema });

test.concurrent.for(testThreadStore(open).map(({ name, run }) => [name, run] as const))("%s", async ([, run]) => {
  await expect(run()).resolves.toBeUndefined();
});

test("a server whose commits are not durable is rejected", async () => {
  const lax = new pg.Pool({ connectionString: database.url, max: 1, options: "-c synchronous_commit=off" });
  const store = postgresStore({ pool: lax, schema: database.schema });
  await expect(store.check()).rejects.toMatchObject({ code: "store", isRetryable: false });
  await lax.end();
});

test("a server that cannot be reached causes a retryable StoreError", async () => {
  const nobody = new pg.Pool({ connectionString: "postgres://nobody:fake@127.0.0.1:1/none" });
  const store = postgresStore({ pool: nobody });
  await expect(store.head("thread")).rejects.toMatchObject({ code: "store", isRetryable: true });
  await nobody.end();
});
