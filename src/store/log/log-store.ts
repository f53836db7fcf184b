// A store of threads as logs. Each change is one entry, and the first writer of an entry number wins.
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
  ThreadStore,
} from "../../index.js";
import {
  checkAppend,
  checkClaimOptions,
  checkFileName,
  checkLease,
  checkMarkKey,
  checkStoreThreadId,
  isStoreThreadId,
  defaultLeaseMs,
} from "../check-store-input.js";
import { digestOf } from "../append-digest.js";
import { busyError, conflictError, deletedError, inUseError, lostError } from "../store-errors.js";
import { plain } from "../transform.js";
import type { Transform } from "../transform.js";
import { Undamaged } from "../undamaged.js";
import { compact, erase } from "./compact.js";
import { Dependents } from "./dependents.js";
import { encodeAppend, toDraft } from "./log-entry.js";
import type { EntryDraft, EntryKind } from "./log-entry.js";
import { toHead } from "./log-state.js";
import type { LogState } from "./log-state.js";
import type { ObjectStorage } from "./object-storage.js";
import { readChunks } from "./read-chunks.js";
import { ThreadLog } from "./thread-log.js";

export interface LogStoreOptions {
  leaseMs?: number | undefined;
  transform?: Transform | undefined;
}

const batchSize = 16;
/** Longer appends become entries, because a tail is read as a whole. */
const longestRecord = 64 * 1024;
/** The number of threads whose state is cached. */
const maxLogs = 512;

export class LogStore implements ThreadStore {
  readonly leaseMs: number;
  readonly #objects: ObjectStorage;
  readonly #transform: Transform;
  readonly #dependents: Dependents;
  readonly #logs = new Map<string, ThreadLog>();
  #checked: Promise<void> | undefined;

  constructor(objects: ObjectStorage, { leaseMs = defaultLeaseMs, transform = plain }: LogStoreOptions = {}) {
    checkLease("leaseMs", leaseMs);
    this.leaseMs = leaseMs;
    this.#objects = objects;
    this.#transform = transform;
    this.#dependents = new Dependents(objects, this);
  }

  async check(): Promise<void> {
    this.#checked ??= this.#objects.check();
    try {
      await this.#checked;
    } catch (error) {
      this.#checked = undefined;
      throw error;
    }
  }

  async claim(threadId: string, options: ClaimOptions): Promise<ClaimedThread> {
    checkClaimOptions(options);
    const { owner, ttlMs } = options;
    return this.#inOrder(threadId, async (log) => {
      for (;;) {
        const state = await log.refresh();
        if (state.isDeleted) {
          await erase(log, state);
          throw deletedError(threadId);
        }
        await this.#assertUnclaimed(log, state, owner);
        const claim: Claim = { threadId, epoch: state.epoch + 1, owner, ttlMs };
        const claimed = await log.add(state, toDraft({ kind: "claim", ...lease(claim) }), true);
        if (claimed) return { claim, head: { ...toHead(threadId, state, 0), lease: null } };
      }
    });
  }

  async renew(claim: Claim): Promise<void> {
    await this.#addEntry(claim, "renew");
  }

  async release(claim: Claim): Promise<void> {
    await this.#inOrder(claim.threadId, async (log) => {
      for (let state = await log.cached(); ; state = await log.refresh()) {
        if (!isHeldBy(state, claim)) return;
        const released = await log.add(state, toDraft({ kind: "release", ...lease(claim) }), false);
        if (!released) continue;
        // The claim has ended regardless. The next claimant compacts the log.
        return compact(log, released).catch(() => undefined);
      }
    });
  }

  async append(claim: Claim, append: ThreadAppend): Promise<void> {
    checkAppend(append);
    const digest = digestOf(claim.epoch, append);
    const { threadId } = claim;
    await this.#inOrder(threadId, async (log) => {
      let draft: EntryDraft | undefined;
      for (let state = await log.cached(), isFresh = false; ; state = await log.refresh(), isFresh = true) {
        if (isNewest(state, claim, digest)) return log.sync(state);
        if (!isHeldBy(state, claim)) {
          if (!isFresh) continue;
          throw lostError(claim, state.epoch);
        }
        const problem = mismatch(state, append);
        if (problem !== undefined) {
          if (!isFresh) continue;
          throw conflictError(threadId, problem);
        }
        await this.#dependents.add(threadId, newAncestors(state, append));
        const { transform } = log;
        draft ??= await encodeAppend({ kind: "append", ...lease(claim) }, append, { threadId, transform, digest });
        const isRecord = log.ownsTail(state) && draft.body.length <= longestRecord && !log.isCompactionDue(next(state));
        const appended = isRecord ? await log.addRecord(state, draft) : await log.add(state, draft, true);
        if (!appended) continue;
        // Not awaited: callers of this append do not depend on the checkpoint.
        if (!isRecord) void compact(log, appended).catch(() => undefined);
        return;
      }
    });
  }

  async read(threadId: string, file: string, range: FileRange = { start: 0, end: Infinity }): Promise<Uint8Array> {
    checkFileName(file);
    const log = this.#log(threadId);
    const known = (await log.cached()).files[file];
    // The cached state may be older than the head that the caller has read.
    const hasRange = known !== undefined && known.size >= range.end;
    const state = hasRange ? await log.cached() : await log.refresh();
    return readChunks(log, state, file, range);
  }

  async head(threadId: string): Promise<ThreadHead | undefined> {
    const log = this.#log(threadId);
    const state = await log.refresh();
    if (state.position === 0) return this.#unknown(threadId);
    return toHead(threadId, state, state.lease ? await this.#objects.now() : 0);
  }

  async mark(threadId: string, key: string): Promise<MarkValue | undefined> {
    checkMarkKey(key);
    const state = await this.#log(threadId).refresh();
    return state.isDeleted ? undefined : state.marks[key];
  }

  async list({ after = "", limit = 100 }: ThreadHeadQuery = {}): Promise<ThreadHeadPage> {
    const ids = (await this.#objects.folders("threads/")).filter((id) => id > after && isStoreThreadId(id));
    const threads: ThreadHead[] = [];
    const undamaged = new Undamaged();
    let last = after;
    for (let start = 0; start < ids.length && threads.length < limit; start += batchSize) {
      const some = ids.slice(start, start + batchSize);
      const heads = await Promise.all(some.map((id) => undamaged.try(this.head(id))));
      for (const [index, head] of heads.entries()) {
        if (threads.length === limit) break;
        last = some[index] ?? last;
        if (head?.manifest) threads.push(head);
      }
    }
    undamaged.assertAny();
    return { threads, next: last === (ids.at(-1) ?? after) ? null : last };
  }

  async delete(claim: Claim): Promise<void> {
    const { threadId } = claim;
    const dependent = await this.#dependents.find(threadId);
    if (dependent !== undefined) throw inUseError(threadId, dependent);
    const deleted = await this.#addEntry(claim, "delete");
    // A fork that was created in between has detected the deletion, or is detected here.
    const newDependent = await this.#dependents.find(threadId);
    if (newDependent !== undefined) {
      await this.#inOrder(threadId, async (log) => {
        const state = await log.refresh();
        if (state.isDeleted) await log.add(state, toDraft({ kind: "restore", ...lease(claim) }), true);
      });
      throw inUseError(threadId, newDependent);
    }
    const log = this.#log(threadId);
    await erase(log, deleted);
    this.#logs.delete(threadId);
  }

  /** @throws ThreadBusyError while another claim lasts. */
  async #assertUnclaimed(log: ThreadLog, { lease: current }: LogState, owner: string): Promise<void> {
    if (!current || current.owner === owner) return;
    const now = await this.#objects.now();
    const remaining = current.aliveAt + current.ttlMs + this.#objects.clockPrecisionMs - now;
    if (remaining > 0) throw busyError(log.threadId, current.owner, remaining);
  }

  /** Adds an entry for the holder of the claim. */
  async #addEntry(claim: Claim, kind: EntryKind): Promise<LogState> {
    return this.#inOrder(claim.threadId, async (log) => {
      for (let state = await log.cached(), isFresh = false; ; state = await log.refresh(), isFresh = true) {
        if (!isHeldBy(state, claim)) {
          if (!isFresh) continue;
          // The response to an earlier attempt was lost.
          if (kind === "delete" && state.isDeleted && state.epoch === claim.epoch) return state;
          throw lostError(claim, state.epoch);
        }
        const isRecord = kind === "renew" && log.ownsTail(state);
        const added = isRecord
          ? await log.addRenewal(state)
          : await log.add(state, toDraft({ kind, ...lease(claim) }), kind === "delete");
        if (added) return added;
      }
    });
  }

  async #inOrder<Result>(threadId: string, work: (log: ThreadLog) => Promise<Result>): Promise<Result> {
    const log = this.#log(threadId);
    return log.inOrder(() => work(log));
  }

  #log(threadId: string): ThreadLog {
    checkStoreThreadId(threadId);
    const log = this.#logs.get(threadId) ?? new ThreadLog(this.#objects, threadId, this.#transform);
    // Ordered by last use.
    this.#logs.delete(threadId);
    this.#logs.set(threadId, log);
    const [oldest] = this.#logs.keys();
    if (this.#logs.size > maxLogs && oldest !== undefined) this.#logs.delete(oldest);
    return log;
  }

  /** Missing threads are not cached. */
  #unknown(threadId: string): undefined {
    this.#logs.delete(threadId);
  }
}

function lease({ epoch, owner, ttlMs }: Claim): { epoch: number; owner: string; ttlMs: number } {
  return { epoch, owner, ttlMs };
}

function isHeldBy(state: LogState, claim: Claim): boolean {
  return state.epoch === claim.epoch && state.lease?.owner === claim.owner && !state.isDeleted;
}

/** An append that was applied before its claim ended is also recognised afterwards. */
function isNewest({ newest, isDeleted }: LogState, { epoch }: Claim, digest: string): boolean {
  return !isDeleted && newest?.epoch === epoch && newest.digest === digest;
}

/** The state after another change, as far as compaction depends on it. */
function next(state: LogState): LogState {
  return { ...state, changes: state.changes + 1 };
}

function mismatch(state: LogState, { version, writes = [] }: ThreadAppend): string | undefined {
  if (version !== state.version + 1) return `its version is ${version}, and the thread's is ${state.version}`;
  for (const { file, at } of writes) {
    const size = state.files[file]?.size ?? 0;
    if (at !== size) return `${file} has ${size} bytes, and the write begins at ${at}`;
  }
  return undefined;
}

function newAncestors({ manifest }: LogState, append: ThreadAppend): string[] {
  const known = new Set(manifest?.ancestors);
  return (append.manifest?.ancestors ?? []).filter((ancestor) => !known.has(ancestor));
}
