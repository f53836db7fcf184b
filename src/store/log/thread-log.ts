// The log of one thread: entries numbered from 1, each written by the first writer of its number.
//
// The holder of the claim writes small changes into a tail instead, which takes one sync instead of two. A record of a tail
// is committed if no entry followed when it was complete. A process that does not own the tail first adds a fence, then
// reads where the tail ends, and adds a seal with this length. Whatever the owner writes afterwards does not count, and
// it finds the fence.
import { randomUUID } from "node:crypto";
import { StoreError } from "../../index.js";
import type { Transform } from "../transform.js";
import { readCheckpoint } from "./checkpoint.js";
import { decodeEntry, entryHeadLength, toBytes, toDraft } from "./log-entry.js";
import type { Entry, EntryDraft, EntryKind } from "./log-entry.js";
import { withEntry, withRecord, withSignOfLife, withTailEnd } from "./log-state.js";
import type { LogState, NumberedEntry } from "./log-state.js";
import { clock, elapsedSince } from "./elapsed.js";
import type { Clock } from "./elapsed.js";
import { checkpointKey, logKey, positionOf, tailKey } from "./log-keys.js";
import type { ObjectStorage } from "./object-storage.js";
import { parseTail, renewal, toRecord } from "./tail-records.js";

/**
 * How long an entry is kept after a checkpoint covers it. A writer with an outdated view could create a removed entry
 * again, so writers refresh a view that is older than half of this.
 */
export const retentionMs = 3_600_000;

/** Their writer goes on with appends. */
const openers: ReadonlySet<EntryKind> = new Set(["claim", "append"]);
/** The number of changes between two checkpoints. */
const compactAfter = 64;

export class ThreadLog {
  readonly threadId: string;
  readonly objects: ObjectStorage;
  readonly transform: Transform;
  /** The newest known state. */
  #known: LogState | undefined;
  #viewedAt = clock();
  /** The key of the tail that this process extends. */
  #ownTail: string | undefined;
  #compactionTriedAt = 0;
  /** The newest entry that is known to survive a power failure, with all entries before it. */
  #durablePosition = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(objects: ObjectStorage, threadId: string, transform: Transform) {
    this.objects = objects;
    this.threadId = threadId;
    this.transform = transform;
  }

  get prefix(): string {
    return `threads/${this.threadId}/`;
  }

  /** Runs the work after all earlier work on this thread in this process. */
  async inOrder<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Reads the current state from the backend. */
  async refresh(): Promise<LogState> {
    const viewedAt = clock();
    const state = (this.#known && (await this.#continued(this.#known))) ?? (await this.#reload());
    return this.#setKnown(state, viewedAt);
  }

  /** The cached state, or the current one if nothing is cached. */
  async cached(): Promise<LogState> {
    return this.#known ?? this.refresh();
  }

  /** Clears the cached state, because the outcome of a write is unknown. */
  invalidate(): void {
    this.#known = undefined;
  }

  /**
   * Adds the entry after `state`.
   * @returns the new state, or undefined if another writer was first, or may have been: the current state must be read.
   */
  async add(state: LogState, draft: EntryDraft, isDurable: boolean): Promise<LogState | undefined> {
    const { tail } = state;
    if (tail && !this.ownsTail(state)) {
      await this.#create(state, toBytes(draftOf("fence", state)), true);
      this.invalidate();
      return undefined;
    }
    const opensTail = this.objects.tails?.canExtend === true && openers.has(draft.header.kind);
    const bytes = toBytes(draft, {
      ...(opensTail && { tail: randomUUID() }),
      ...(tail && { tailEnd: tail.end }),
    });
    const viewedAt = this.#viewedAt;
    const startedAt = clock();
    const createdAt = await this.#create(state, bytes, isDurable);
    const position = state.position + 1;
    if (createdAt === undefined) {
      await this.#readNext(state, startedAt);
      return undefined;
    }
    if (elapsedSince(viewedAt) > retentionMs / 2 && (await this.#isSuperseded(position))) {
      this.invalidate();
      return undefined;
    }
    const entry = await this.#decode(this.#logKey(position), bytes);
    if (!entry) return undefined;
    const added = withEntry(state, this.#numbered(position, entry, createdAt));
    this.#ownTail = added.tail?.key;
    return this.#setKnown(added, startedAt);
  }

  /** Whether this process is the one that extends the current tail. */
  ownsTail({ tail }: LogState): boolean {
    return tail !== null && tail.key === this.#ownTail && !tail.isFenced;
  }

  /** Adds a record to the own tail. @returns the new state, or undefined like `add`. */
  async addRecord(state: LogState, draft: EntryDraft): Promise<LogState | undefined> {
    const record = toRecord(toBytes(draft));
    return this.#extend(state, record, true);
  }

  /** Extends the lease in the own tail. @returns the new state, or undefined like `add`. */
  async addRenewal(state: LogState): Promise<LogState | undefined> {
    return this.#extend(state, renewal, false);
  }

  async #extend(state: LogState, bytes: Uint8Array, isDurable: boolean): Promise<LogState | undefined> {
    const { tails } = this.objects;
    const { tail, position } = state;
    if (!tails || !tail) return undefined;
    const viewedAt = this.#viewedAt;
    const startedAt = clock();
    try {
      const isWritten = await tails.extend(tail.key, tail.end, bytes, { isDurable });
      if (isWritten && !(await tails.exists(this.#logKey(position + 1)))) {
        const isOutdated = elapsedSince(viewedAt) > retentionMs / 2 && (await this.#isSuperseded(position + 1));
        const committed = isOutdated ? undefined : await this.#withBytes(state, bytes);
        if (committed) return this.#setKnown(committed, startedAt);
      }
      this.#loseTail();
      // Another process may have found the record before it closed the tail.
      const isIncluded = isWritten && (await this.#closingEnd(state)) >= tail.end + bytes.length;
      return isIncluded ? await this.refresh() : undefined;
    } catch (error) {
      this.#loseTail();
      throw error;
    }
  }

  /** The outcome of the last write is unknown: other records must not follow it. */
  #loseTail(): void {
    this.#ownTail = undefined;
    this.invalidate();
  }

  /** Makes an append durable that was found in the log: its writer may have failed before it was. */
  async sync({ tail, position }: LogState): Promise<void> {
    const { tails } = this.objects;
    if (tails?.canExtend !== true) return;
    await tails.sync(this.#logKey(position));
    if (tail) await tails.sync(tail.key);
  }

  /** Whether a checkpoint is due after a change. */
  isCompactionDue({ changes, compacted }: LogState): boolean {
    return changes - Math.max(compacted, this.#compactionTriedAt) >= compactAfter;
  }

  /** Another checkpoint is not due before as many changes, even if this one fails. */
  compactionTried({ changes }: LogState): void {
    this.#compactionTriedAt = changes;
  }

  /** An entry that survives a power failure must not follow one that does not. */
  async #create({ position }: LogState, bytes: Uint8Array, isDurable: boolean): Promise<number | undefined> {
    try {
      if (position > this.#durablePosition) await this.objects.tails?.sync(this.#logKey(position));
      this.#durablePosition = Math.max(position, this.#durablePosition);
      const createdAt = await this.objects.create(this.#logKey(position + 1), bytes, { isDurable });
      if (createdAt !== undefined && isDurable) this.#durablePosition = position + 1;
      return createdAt;
    } catch (error) {
      this.invalidate();
      throw error;
    }
  }

  /**
   * Reads the next entry by its name, because a network file system may cache folders and return an old list.
   * @throws StoreError if it is not an entry.
   */
  async #readNext(state: LogState, viewedAt: Clock): Promise<void> {
    const next = await this.#nextAfter(state);
    const known = next === "none" ? undefined : next;
    if (known) this.#setKnown(known, viewedAt);
    else this.invalidate();
  }

  /** The state after the next entry; "none" if it does not exist, undefined if it does not continue the log. */
  async #nextAfter(state: LogState): Promise<LogState | undefined | "none"> {
    const key = this.#logKey(state.position + 1);
    const found = await this.objects.get(key, { start: 0, end: entryHeadLength });
    if (!found) return "none";
    const entry = await this.#decode(key, found.bytes);
    return entry && this.#withEntry(state, this.#numbered(state.position + 1, entry, found.createdAt));
  }

  async #reload(): Promise<LogState> {
    // Another process may compact the log and remove listed entries.
    for (let attempt = 1; attempt <= 5; attempt++) {
      const state = await this.#continued(await readCheckpoint(this));
      if (state) return state;
    }
    throw new StoreError(`The log of thread ${this.threadId} in ${this.objects.name} has a gap.`, {
      isRetryable: false,
    });
  }

  /** The state after the following entries and records; undefined if one of them is missing. */
  async #continued(start: LogState): Promise<LogState | undefined> {
    let state: LogState | undefined = start;
    for (const { key, createdAt } of await this.objects.list(`${this.prefix}log/`, this.#logKey(state.position))) {
      const position = positionOf(key);
      const entry: Entry | undefined = position === state.position + 1 ? await this.#read(key) : undefined;
      state = entry && (await this.#withEntry(state, this.#numbered(position, entry, createdAt)));
      if (!state) return undefined;
    }
    while (state?.tail) {
      if (state.tail.isFenced && !(await this.#seal(state))) return undefined;
      const current = state.tail.isFenced ? undefined : await this.#withRecords(state, Infinity);
      // A record that was read counts only if the tail was not fenced before.
      const next: LogState | undefined | "none" = await this.#nextAfter(state);
      if (next === "none") return current;
      state = next;
    }
    return state;
  }

  /** Closes a tail that another process has fenced. @returns false if the tail is incomplete. */
  async #seal(state: LogState): Promise<boolean> {
    const last = await this.#withRecords(state, Infinity);
    if (!last?.tail) return false;
    await this.objects.tails?.sync(last.tail.key);
    await this.#create(state, toBytes(draftOf("seal", state), { tailEnd: last.tail.end }), true);
    return true;
  }

  /** The length at which another process closes the tail of `state`; -1 if that is not known any more. */
  async #closingEnd(state: LogState): Promise<number> {
    const fenced = await this.#nextAfter(state);
    if (fenced === undefined || fenced === "none") return -1;
    const key = this.#logKey(fenced.position + 1);
    for (let attempt = 1; attempt <= 2; attempt++) {
      const entry = await this.#read(key);
      if (entry) return entry.tailEnd ?? -1;
      if (!(await this.#seal(fenced))) return -1;
    }
    return -1;
  }

  /** Undefined if the entry does not continue the state. */
  async #withEntry(state: LogState, numbered: NumberedEntry): Promise<LogState | undefined> {
    const { kind, tailEnd } = numbered.entry;
    if (kind === "fence" && state.tail) return withEntry(state, numbered);
    if ((tailEnd === undefined) !== (state.tail === null)) return undefined;
    const before = tailEnd === undefined ? state : await this.#withRecords(state, tailEnd);
    return before && withEntry(before, numbered);
  }

  /** The state after the records of its tail up to `end`; undefined if they are incomplete. */
  async #withRecords(state: LogState, end: number): Promise<LogState | undefined> {
    const { tail } = state;
    if (!tail || end < tail.end) return undefined;
    const found = await this.objects.get(tail.key, { start: tail.end, end });
    // It is created with the first record.
    if (!found) return tail.end === 0 && (end === 0 || end === Infinity) ? state : undefined;
    const read = await this.#withBytes(state, found.bytes);
    if (!read || (end !== Infinity && read.tail?.end !== end)) return undefined;
    return withSignOfLife(read, found.createdAt);
  }

  /** The state after the records at the start of `bytes`, which follow the known end of its tail. */
  async #withBytes(before: LogState, bytes: Uint8Array): Promise<LogState | undefined> {
    let state = before;
    const { key = "", end: base = 0 } = before.tail ?? {};
    const { records, end } = parseTail(bytes);
    for (const record of records) {
      const decoded = await this.#decode(key, record.entry);
      if (!decoded || decoded.version !== state.version + 1 || decoded.epoch !== state.epoch) return undefined;
      const chunks = decoded.chunks.map((chunk) => ({ ...chunk, offset: chunk.offset + base + record.start }));
      state = withRecord(state, { ...decoded, chunks }, base + record.end);
    }
    return withTailEnd(state, base + end);
  }

  #numbered(position: number, entry: Entry, createdAt: number): NumberedEntry {
    const key = entry.tail === undefined ? undefined : tailKey(this, position, entry.tail);
    return { position, entry, createdAt, tailKey: key };
  }

  #setKnown(state: LogState, viewedAt: Clock): LogState {
    this.#known = state;
    this.#viewedAt = viewedAt;
    return state;
  }

  /** @throws StoreError if it was written with a different transform. */
  async decode(bytes: Uint8Array, context: { threadId: string; file: string | null; at: number }): Promise<Uint8Array> {
    try {
      return await this.transform.decode(bytes, context);
    } catch (error) {
      throw new StoreError(
        `The transform could not decode bytes of thread ${this.threadId} in ${this.objects.name}. Pass the transform that they were written with.`,
        { isRetryable: false, cause: error },
      );
    }
  }

  async #read(key: string): Promise<Entry | undefined> {
    const head = await this.objects.get(key, { start: 0, end: entryHeadLength });
    return head && this.#decode(key, head.bytes);
  }

  async #decode(key: string, head: Uint8Array): Promise<Entry | undefined> {
    const readMore = async (end: number) => (await this.objects.get(key, { start: 0, end }))?.bytes ?? head;
    return decodeEntry({ key, threadId: this.threadId, transform: this.transform }, head, readMore);
  }

  /** Whether newer entries or a checkpoint exist. If so, this number was used and removed before. */
  async #isSuperseded(position: number): Promise<boolean> {
    const newer = await this.objects.list(`${this.prefix}log/`, this.#logKey(position));
    const checkpoints = await this.objects.list(`${this.prefix}checkpoints/`, checkpointKey(this, position - 1));
    return newer.length > 0 || checkpoints.length > 0;
  }

  #logKey(position: number): string {
    return logKey(this, position);
  }
}

/** An entry that does not depend on a claim. */
function draftOf(kind: EntryKind, { epoch, lease }: LogState): EntryDraft {
  return toDraft({ kind, epoch, owner: lease?.owner ?? "", ttlMs: lease?.ttlMs ?? 0 });
}
