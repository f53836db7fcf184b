// The log of one thread: entries numbered from 1, each written by the first writer of its number.
import { StoreError } from "../../index.js";
import { isJsonObject } from "../../internal/json.js";
import type { Transform } from "../transform.js";
import { decodeEntry, entryHeadLength } from "./log-entry.js";
import type { Entry } from "./log-entry.js";
import { emptyState, restoredState, withEntry } from "./log-state.js";
import type { LogState } from "./log-state.js";
import type { ObjectStorage } from "./object-storage.js";

/**
 * How long an entry is kept after a checkpoint covers it. A writer with an outdated view could create a removed entry
 * again, so writers refresh a view that is older than half of this.
 */
export const retentionMs = 3_600_000;

const digits = 12;

export class ThreadLog {
  readonly threadId: string;
  readonly objects: ObjectStorage;
  readonly transform: Transform;
  /** The newest known state. */
  #known: LogState | undefined;
  #viewedAt = clock();
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
   * @returns the new state, or undefined if another writer was first.
   */
  async add(state: LogState, bytes: Uint8Array, isDurable: boolean): Promise<LogState | undefined> {
    const position = state.position + 1;
    const key = this.#logKey(position);
    const viewedAt = this.#viewedAt;
    const startedAt = clock();
    let createdAt: number | undefined;
    try {
      createdAt = await this.objects.create(key, bytes, { isDurable });
    } catch (error) {
      this.invalidate();
      throw error;
    }
    if (createdAt === undefined) {
      await this.#readNext(state, key, startedAt);
      return undefined;
    }
    if (elapsedSince(viewedAt) > retentionMs / 2 && (await this.#isSuperseded(position))) {
      this.invalidate();
      return undefined;
    }
    const entry = await decodeEntry({ key, threadId: this.threadId, transform: this.transform }, bytes, () =>
      Promise.resolve(bytes),
    );
    return entry && this.#setKnown(withEntry(state, position, entry, createdAt), startedAt);
  }

  /**
   * Reads the next entry by its name, because a network file system may cache folders and return an old list.
   * @throws StoreError if it is not an entry.
   */
  async #readNext(state: LogState, key: string, viewedAt: Clock): Promise<void> {
    const found = await this.objects.get(key, { start: 0, end: entryHeadLength });
    const entry = found && (await this.#decode(key, found.bytes));
    if (found && entry) this.#setKnown(withEntry(state, state.position + 1, entry, found.createdAt), viewedAt);
    else this.invalidate();
  }

  async #reload(): Promise<LogState> {
    // Another process may compact the log and remove listed entries.
    for (let attempt = 1; attempt <= 5; attempt++) {
      const state = await this.#continued(await this.#fromCheckpoint());
      if (state) return state;
    }
    throw new StoreError(`The log of thread ${this.threadId} in ${this.objects.name} has a gap.`, {
      isRetryable: false,
    });
  }

  /** The state after the following entries; undefined if one of them is missing. */
  async #continued(start: LogState): Promise<LogState | undefined> {
    let state = start;
    for (const { key, createdAt } of await this.objects.list(`${this.prefix}log/`, this.#logKey(state.position))) {
      const position = Number(key.slice(-digits));
      const entry = position === state.position + 1 ? await this.#read(key) : undefined;
      if (!entry) return undefined;
      state = withEntry(state, position, entry, createdAt);
    }
    return state;
  }

  #setKnown(state: LogState, viewedAt: Clock): LogState {
    this.#known = state;
    this.#viewedAt = viewedAt;
    return state;
  }

  async #fromCheckpoint(): Promise<LogState> {
    const { prefix, objects, threadId } = this;
    const newest = (await objects.list(`${prefix}checkpoints/`)).at(-1);
    const stored = newest && (await objects.get(newest.key));
    if (!newest || !stored) return emptyState();
    const position = Number(newest.key.slice(-digits));
    const bytes = await this.decode(stored.bytes, { threadId, file: null, at: position });
    return restoredState(this.#parseState(bytes, { key: newest.key, position }));
  }

  /** @throws StoreError for a checkpoint in an unknown format. */
  #parseState(bytes: Uint8Array, { key, position }: { key: string; position: number }): LogState {
    try {
      const state: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
      // The rest was written together with the position. Only the locations of bytes are validated.
      if (!isJsonObject(state) || state["position"] !== position) throw new Error(`its position is not ${position}`);
      const known = state as unknown as LogState;
      const chunks = Object.values(known.files).flatMap((file) => file.chunks);
      if (!chunks.every((chunk) => this.#isOwn(chunk.key))) throw new Error("it refers to another thread");
      return known;
    } catch (error) {
      throw new StoreError(`${key} in ${this.objects.name} cannot be read: this SDK did not write it.`, {
        isRetryable: false,
        cause: error,
      });
    }
  }

  #isOwn(key: string): boolean {
    return key.startsWith(this.prefix) && /^(?:log|segments)\/[0-9a-f-]+$/.test(key.slice(this.prefix.length));
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

export function logKey(log: ThreadLog, position: number): string {
  return `${log.prefix}log/${String(position).padStart(digits, "0")}`;
}

export function checkpointKey(log: ThreadLog, position: number): string {
  return `${log.prefix}checkpoints/${String(position).padStart(digits, "0")}`;
}

interface Clock {
  /** The system clock, which can be changed. */
  wall: number;
  /** Does not include the time in which the machine sleeps. */
  monotonic: number;
}

function clock(): Clock {
  return { wall: Date.now(), monotonic: performance.now() };
}

function elapsedSince({ wall, monotonic: steady }: Clock): number {
  return Math.max(Date.now() - wall, performance.now() - steady);
}
