// The statements of the store. Each is a separate transaction.
import { StoreError } from "../../index.js";
import type { Claim, FileWrite } from "../../index.js";
import { schemaStatements } from "./schema.js";

/** The used part of a `Pool` of the package `pg`. */
export interface PostgresPool {
  query(statement: PostgresStatement): Promise<{ rows: Record<string, unknown>[] }>;
}

export interface PostgresStatement {
  text: string;
  values?: unknown[];
  /** A statement without a response fails after this time in milliseconds, and its connection is closed. */
  query_timeout: number;
}

export type Row = Record<string, unknown>;

export interface EncodedAppend {
  version: number;
  digest: string;
  writes: readonly (FileWrite & { stored: Uint8Array })[];
  manifest: Uint8Array | null;
  ancestors: readonly string[] | null;
  marks: readonly { key: string; value: Uint8Array }[];
}

const oldestVersion = 120_000;

export class Database {
  readonly #pool: PostgresPool;
  readonly #schema: string;
  readonly #timeoutMs: number;
  #checked: Promise<void> | undefined;

  /** Without a limit, a network that drops packets would exhaust the pool's connections. */
  constructor(pool: PostgresPool, { schema, timeoutMs }: { schema: string; timeoutMs: number }) {
    this.#pool = pool;
    this.#schema = schema;
    this.#timeoutMs = timeoutMs;
  }

  async check(): Promise<void> {
    this.#checked ??= this.#check();
    try {
      await this.#checked;
    } catch (error) {
      this.#checked = undefined;
      throw error;
    }
  }

  claim({ threadId, owner, ttlMs }: Omit<Claim, "epoch">): Promise<Row[]> {
    return this.#run(
      `INSERT INTO ${this.#schema}.threads AS t (thread_id, epoch, owner, ttl_ms, alive_at)
       VALUES ($1, 1, $2, $3, clock_timestamp())
       ON CONFLICT (thread_id) DO UPDATE
         SET epoch = t.epoch + 1, owner = excluded.owner, ttl_ms = excluded.ttl_ms, alive_at = clock_timestamp()
         WHERE NOT t.is_deleted AND (t.owner IS NULL OR t.owner = excluded.owner
           OR t.alive_at + t.ttl_ms * interval '1 millisecond' < clock_timestamp())
       RETURNING epoch`,
      [threadId, owner, ttlMs],
    );
  }

  renew({ threadId, epoch, owner, ttlMs }: Claim): Promise<Row[]> {
    return this.#run(
      `UPDATE ${this.#schema}.threads SET alive_at = clock_timestamp(), ttl_ms = $4
       WHERE thread_id = $1 AND epoch = $2 AND owner = $3 AND NOT is_deleted RETURNING 1 AS renewed`,
      [threadId, epoch, owner, ttlMs],
    );
  }

  release({ threadId, epoch, owner }: Claim): Promise<Row[]> {
    return this.#run(
      `UPDATE ${this.#schema}.threads SET owner = NULL WHERE thread_id = $1 AND epoch = $2 AND owner = $3`,
      [threadId, epoch, owner],
    );
  }

  append({ threadId, epoch, owner }: Claim, append: EncodedAppend): Promise<Row[]> {
    const { version, digest, writes, manifest, ancestors, marks } = append;
    return this.#run(
      `SELECT * FROM ${this.#schema}.append_1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
      [
        threadId,
        epoch,
        owner,
        version,
        digest,
        writes.map(({ file }) => file),
        writes.map(({ at }) => at),
        writes.map(({ bytes }) => bytes.length),
        writes.map(({ sha256 }) => sha256),
        writes.map(({ stored }) => stored.length),
        // `pg` sends a Buffer as bytes, and an array of Buffers as hexadecimal text.
        Buffer.concat(writes.map(({ stored }) => stored)),
        manifest && asBuffer(manifest),
        ancestors,
        marks.map(({ key }) => key),
        marks.map(({ value }) => value.length),
        Buffer.concat(marks.map(({ value }) => value)),
      ],
    );
  }

  delete({ threadId, epoch, owner }: Claim): Promise<Row[]> {
    return this.#run(`SELECT * FROM ${this.#schema}.delete_1($1, $2, $3)`, [threadId, epoch, owner]);
  }

  head(threadId: string): Promise<Row[]> {
    return this.#run(`${this.#heads} WHERE t.thread_id = $1`, [threadId]);
  }

  list(after: string, limit: number): Promise<Row[]> {
    return this.#run(`${this.#heads} WHERE t.thread_id > $1 AND t.manifest IS NOT NULL ORDER BY t.thread_id LIMIT $2`, [
      after,
      limit,
    ]);
  }

  mark(threadId: string, key: string): Promise<Row[]> {
    return this.#run(`SELECT value FROM ${this.#schema}.marks WHERE thread_id = $1 AND key = $2`, [threadId, key]);
  }

  /**
   * One row for each chunk in the range; one row without bytes if the range is empty; no row if the file does not
   * exist.
   */
  chunks(threadId: string, file: string, { start, end }: { start: number; end: number }): Promise<Row[]> {
    return this.#run(
      `SELECT f.size, c.at, c.length, c.bytes FROM ${this.#schema}.files f
       LEFT JOIN ${this.#schema}.chunks c
         ON c.thread_id = f.thread_id AND c.file = f.file AND c.at < $4 AND c.at + c.length > $3
       WHERE f.thread_id = $1 AND f.file = $2 ORDER BY c.at`,
      [threadId, file, start, end],
    );
  }

  get #heads(): string {
    return `SELECT t.*,
      extract(epoch FROM t.alive_at + t.ttl_ms * interval '1 millisecond' - clock_timestamp()) * 1000 AS expires_in_ms,
      (SELECT json_object_agg(f.file, json_build_object('size', f.size, 'sha256', f.sha256))
       FROM ${this.#schema}.files f WHERE f.thread_id = t.thread_id) AS files
      FROM ${this.#schema}.threads t`;
  }

  async #check(): Promise<void> {
    const [settings] = await this.#run(
      `SELECT current_setting('server_version_num')::int AS version, pg_is_in_recovery() AS is_replica,
       current_setting('transaction_read_only') = 'on' AS is_read_only, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS synchronous_commit`,
    );
    const problem = settings && unsafeSetting(settings);
    if (problem !== undefined) {
      throw new StoreError(`This PostgreSQL cannot hold a thread store: ${problem}`, { isRetryable: false });
    }
    await this.#run(schemaStatements(this.#schema));
  }

  async #run(text: string, values?: unknown[]): Promise<Row[]> {
    try {
      const { rows } = await this.#pool.query({ text, ...(values && { values }), query_timeout: this.#timeoutMs });
      return rows;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StoreError(`The thread store in PostgreSQL failed: ${reason}`, {
        cause: error,
        isRetryable: isRetryable(error),
      });
    }
  }
}

function unsafeSetting(settings: Row): string | undefined {
  if (Number(settings["version"]) < oldestVersion) return "its version is older than 12. Use a newer server.";
  if (settings["is_replica"] === true) return "it is a read replica. Connect to the primary server.";
  if (settings["is_read_only"] === true) return "its transactions are read-only. Connect as a user that may write.";
  if (settings["fsync"] !== "on") return "`fsync` is off, so that a crash loses appends that succeeded. Switch it on.";
  if (settings["synchronous_commit"] !== "off") return undefined;
  return "`synchronous_commit` is off, so that a crash loses appends that succeeded. Switch it on for this user.";
}

/** Not retryable: syntax and access (42), login (28), a missing database (3D), an invalid value (22). */
function isRetryable(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return !/^(?:42|28|3D|22)/.test(code);
}

/** `pg` sends a Buffer as bytes, and any other array as an array. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
