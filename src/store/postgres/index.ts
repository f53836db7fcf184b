// codex-sdk/store/postgres: conversations in PostgreSQL. Uses the caller's Pool of the package `pg`.
export { postgresStore } from "./postgres-store.js";
export type { PostgresStoreOptions } from "./postgres-store.js";
export type { PostgresPool, PostgresStatement } from "./database.js";
