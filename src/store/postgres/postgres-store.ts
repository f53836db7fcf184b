// A store in PostgreSQL. Each change is one statement, so that it is atomic and takes one round trip.
import { InvalidInputError, ThreadNotFoundError } from "../../index.js";
import type {
  Claim,
  ClaimedThread,
  ClaimOptions,
  FileRange,
  MarkValue,
  ThreadAppend,
  ThreadHead,
  ThreadHeadPage,
  ThreadHeadQuery,
  ThreadManifest,
  ThreadStore,
} from "../../index.js";
import {
  checkAppend,
  checkClaimOptions,
  checkFileName,
  checkLease,
  checkMarkKey,
  checkStoreThreadId,
  defaultLeaseMs,
} from "../check-store-input.js";
import { busyError, conflictError, deletedError, inUseError, lostError } from "../store-errors.js";
import { digestOf } from "../append-digest.js";
import { plain } from "../transform.js";
import type { Transform } from "../transform.js";
import { Undamaged } from "../undamaged.js";
import { Codec } from "./codec.js";
import { Database } from "./database.js";
import type { PostgresPool } from "./database.js";

export interface PostgresStoreOptions {
  /**
   * A `Pool` of the package `pg`. The store does not end it. Statements fail after a third of `leaseMs`. Set its
   * `connectionTimeoutMillis` to limit connecting as well.
   */
  pool: PostgresPool;
  /** The schema of the tables. Created if it is missing. @defaultValue "codex_sdk" */
  schema?: string | undefined;
  /** How long a claim lasts after its last renewal, in milliseconds. @defaultValue 30,000 */
  leaseMs?: number | undefined;
  /** Encrypts or compresses stored bytes. All processes must pass the same transform. @defaultValue none */
  transform?: Transform | undefined;
}

/**
 * A store in PostgreSQL 12 or later.
 * @throws InvalidInputError for an invalid option. The database is checked by the first turn.
 */
export function postgresStore(options: PostgresStoreOptions): ThreadStore {
  const { pool, schema = "codex_sdk", leaseMs = defaultLeaseMs, transform = plain } = options;
  if (typeof pool?.query !== "function") throw new InvalidInputError("`pool` must be a Pool of the package pg.");
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new InvalidInputError("`schema` must be a name in lower case: letters, digits and underscores.");
  }
  checkLease("leaseMs", leaseMs);
  // The SDK waits for a call no longer than this.
  const timeoutMs = Math.ceil(leaseMs / 3);
  return new PostgresStore(new Database(pool, { schema, timeoutMs }), leaseMs, transform);
}

class PostgresStore implements ThreadStore {
  readonly leaseMs: number;
  readonly #database: Database;
  readonly #codec: Codec;

  constructor(database: Database, leaseMs: number, transform: Transform) {
    this.#database = database;
    this.leaseMs = leaseMs;
    this.#codec = new Codec(transform);
  }

  async check(): Promise<void> {
    await this.#database.check();
  }

  async claim(threadId: string, options: ClaimOptions): Promise<ClaimedThread> {
    checkStoreThreadId(threadId);
    checkClaimOptions(options);
    const { owner, ttlMs } = options;
    for (;;) {
      const before = await this.#head(threadId);
      if (before?.isDeleted) throw deletedError(threadId);
      const [claimed] = await this.#database.claim({ threadId, owner, ttlMs });
      if (claimed) {
        const head = await this.#head(threadId);
        const epoch = Number(claimed["epoch"]);
        if (!head) throw deletedError(threadId);
        return { claim: { threadId, epoch, owner, ttlMs }, head: { ...head, epoch: epoch - 1, lease: null } };
      }
      const now = await this.#head(threadId);
      if (now?.isDeleted) throw deletedError(threadId);
      if (now?.lease) throw busyError(threadId, now.lease.owner, now.lease.expiresInMs);
    }
  }

  async renew(claim: Claim): Promise<void> {
    checkStoreThreadId(claim.threadId);
    const [renewed] = await this.#database.renew(claim);
    if (!renewed) throw await this.#lost(claim);
  }

  async release(claim: Claim): Promise<void> {
    checkStoreThreadId(claim.threadId);
    await this.#database.release(claim);
  }

  async append(claim: Claim, append: ThreadAppend): Promise<void> {
    checkStoreThreadId(claim.threadId);
    checkAppend(append);
    const { threadId } = claim;
    const digest = digestOf(claim.epoch, append);
    const { version, writes = [], manifest, marks = {} } = append;
    const encoded = await Promise.all(
      writes.map(async (write) => ({ ...write, stored: await this.#codec.chunk(threadId, write) })),
    );
    const [outcome] = await this.#database.append(claim, {
      version,
      digest,
      writes: encoded,
      manifest: manifest ? await this.#codec.manifest(threadId, manifest) : null,
      ancestors: manifest ? [...new Set(manifest.ancestors)] : null,
      marks: await Promise.all(
        Object.entries(marks).map(async ([key, value]) => ({
          key,
          value: await this.#codec.mark(threadId, key, value),
        })),
      ),
    });
    switch (outcome?.["outcome"]) {
      case "applied":
      case "repeated":
        return;
      case "lost":
        throw await this.#lost(claim);
      case "ancestor":
        throw new ThreadNotFoundError(
          `Thread ${threadId} requires the history of thread ${text(outcome["detail"])}, which is not in the store.`,
        );
      default:
        throw conflictError(threadId, text(outcome?.["detail"]));
    }
  }

  async read(threadId: string, file: string, range: FileRange = { start: 0, end: Infinity }): Promise<Uint8Array> {
    checkStoreThreadId(threadId);
    checkFileName(file);
    const { start } = range;
    const end = Math.min(range.end, Number.MAX_SAFE_INTEGER);
    const rows = await this.#database.chunks(threadId, file, { start, end });
    const [first] = rows;
    if (!first) throw new ThreadNotFoundError(`The store has no file ${file} of thread ${threadId}.`);
    const last = Math.min(end, Number(first["size"]));
    const parts = await Promise.all(
      rows.map(async (row) => {
        if (!(row["bytes"] instanceof Uint8Array)) return new Uint8Array();
        const [at, length] = [Number(row["at"]), Number(row["length"])];
        const bytes = await this.#codec.plainChunk(threadId, { file, at, length, stored: row["bytes"] });
        return bytes.subarray(Math.max(0, start - at), Math.max(0, Math.min(length, last - at)));
      }),
    );
    return Buffer.concat(parts);
  }

  async head(threadId: string): Promise<ThreadHead | undefined> {
    checkStoreThreadId(threadId);
    return this.#head(threadId);
  }

  async mark(threadId: string, key: string): Promise<MarkValue | undefined> {
    checkStoreThreadId(threadId);
    checkMarkKey(key);
    const [row] = await this.#database.mark(threadId, key);
    return row && this.#codec.plainMark(threadId, key, row["value"]);
  }

  async list({ after = "", limit = 100 }: ThreadHeadQuery = {}): Promise<ThreadHeadPage> {
    const rows = await this.#database.list(after, limit + 1);
    const ids = rows.slice(0, limit).map((row) => text(row["thread_id"]));
    const undamaged = new Undamaged();
    const heads = await Promise.all(ids.map((id, index) => undamaged.try(this.#toHead(id, rows[index] ?? {}))));
    undamaged.assertAny();
    const threads = heads.filter((head) => head !== undefined);
    return { threads, next: rows.length > limit ? (ids.at(-1) ?? null) : null };
  }

  async delete(claim: Claim): Promise<void> {
    checkStoreThreadId(claim.threadId);
    const [outcome] = await this.#database.delete(claim);
    if (outcome?.["outcome"] === "deleted") return;
    if (outcome?.["outcome"] === "in_use") {
      throw inUseError(claim.threadId, text(outcome["detail"]));
    }
    throw await this.#lost(claim);
  }

  async #head(threadId: string): Promise<ThreadHead | undefined> {
    const [row] = await this.#database.head(threadId);
    return row && this.#toHead(threadId, row);
  }

  async #toHead(threadId: string, row: Record<string, unknown>): Promise<ThreadHead> {
    const manifest: ThreadManifest | null =
      row["manifest"] === null ? null : await this.#codec.plainManifest(threadId, row["manifest"]);
    const expiresInMs = Math.ceil(Number(row["expires_in_ms"] ?? 0));
    return {
      threadId,
      epoch: Number(row["epoch"]),
      version: Number(row["version"]),
      // The statement creates it from file names, sizes and hashes.
      files: (row["files"] ?? {}) as ThreadHead["files"],
      manifest,
      isDeleted: row["is_deleted"] === true,
      lease: row["owner"] !== null && expiresInMs > 0 ? { owner: text(row["owner"]), expiresInMs } : null,
    };
  }

  async #lost(claim: Claim): Promise<Error> {
    const head = await this.#head(claim.threadId);
    return lostError(claim, head?.epoch ?? 0);
  }
}

/** Values that the statements return as text. */
function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
