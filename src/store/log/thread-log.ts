// The log of one thread: entries numbered from 1, each created by whoever is first.
import { StoreError } from "../../index.js";
import { isJsonObject } from "../../internal/json.js";
import type { Transform } from "../transform.js";
import { decodeEntry, entryHeadLength } from "./log-entry.js";
import type { Entry } from "./log-entry.js";
import { emptyState, restoredState, withEntry } from "./log-state.js";
import type { LogState } from "./log-state.js";
import type { ObjectSpace } from "./object-space.js";

/**
 * How long an entry remains after a checkpoint made it superfluous. A name that was removed could be created again by a
 * writer that has not looked at the log since; one whose view is older than half of this looks again.
 */
export const retentionMs = 3_600_000;

const digits = 12;

export class ThreadLog {
  readonly threadId: string;
  readonly space: ObjectSpace;
  readonly transform: Transform;
  /** The newest state that this process knows of. */
  #known: LogState | undefined;
  #viewedAt = clock();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(space: ObjectSpace, threadId: string, transform: Transform) {
    this.space = space;
    this.threadId = threadId;
    this.transform = transform;
  }

  get prefix(): string {
    return `threads/${this.threadId}/`;
  }

  /** Runs after all earlier work on this thread in this process. */
  async inOrder<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** The state as of now. */
  async refresh(): Promise<LogState> {
    const viewedAt = clock();
    const state = (this.#known && (await this.#continued(this.#known))) ?? (await this.#afresh());
    return this.#see(state, viewedAt);
  }

  /** What is known without asking the backend, where anything is. */
  async cached(): Promise<LogState> {
    return this.#known ?? this.refresh();
  }

  /** The next read starts from the backend. For when the outcome of a write is not known. */
  forget(): void {
    this.#known = undefined;
  }

  /**
   * Adds the entry after `state`.
   * @returns the state with it, or undefined when another entry was first.
   */
  async add(state: LogState, bytes: Uint8Array, isDurable: boolean): Promise<LogState | undefined> {
    const position = state.position + 1;
    const key = this.#logKey(position);
    const viewedAt = this.#viewedAt;
    const startedAt = clock();
    let createdAt: number | undefined;
    try {
      createdAt = await this.space.create(key, bytes, { isDurable });
    } catch (error) {
      this.forget();
      throw error;
    }
    if (createdAt === undefined) {
      await this.#readNext(state, key, startedAt);
      return undefined;
    }
    if (elapsedSince(viewedAt) > retentionMs / 2 && (await this.#isSuperseded(position))) {
      this.forget();
      return undefined;
    }
    const entry = await decodeEntry({ key, threadId: this.threadId, transform: this.transform }, bytes, () =>
      Promise.resolve(bytes),
    );
    return entry && this.#see(withEntry(state, position, entry, createdAt), startedAt);
  }

  /**
   * Reads the entry that was first by its name: a list may be older, where a network file system caches folders.
   * @throws StoreError for something that is not an entry.
   */
  async #readNext(state: LogState, key: string, viewedAt: Clock): Promise<void> {
    const found = await this.space.get(key, { start: 0, end: entryHeadLength });
    const entry = found && (await this.#decode(key, found.bytes));
    if (found && entry) this.#see(withEntry(state, state.position + 1, entry, found.createdAt), viewedAt);
    else this.forget();
  }

  async #afresh(): Promise<LogState> {
    // A checkpoint that another process writes meanwhile may remove what was listed.
    for (let attempt = 1; attempt <= 5; attempt++) {
      const state = await this.#continued(await this.#fromCheckpoint());
      if (state) return state;
    }
    throw new StoreError(`The log of thread ${this.threadId} in ${this.space.name} has a gap.`, { isRetryable: false });
  }

  /** The state after the entries that follow; undefined when one of them is missing. */
  async #continued(start: LogState): Promise<LogState | undefined> {
    let state = start;
    for (const { key, createdAt } of await this.space.list(`${this.prefix}log/`, this.#logKey(state.position))) {
      const position = Number(key.slice(-digits));
      const entry = position === state.position + 1 ? await this.#read(key) : undefined;
      if (!entry) return undefined;
      state = withEntry(state, position, entry, createdAt);
    }
    return state;
  }

  #see(state: LogState, viewedAt: Clock): LogState {
    this.#known = state;
    this.#viewedAt = viewedAt;
    return state;
  }

  async #fromCheckpoint(): Promise<LogState> {
    const { prefix, space, threadId } = this;
    const newest = (await space.list(`${prefix}checkpoints/`)).at(-1);
    const stored = newest && (await space.get(newest.key));
    if (!newest || !stored) return emptyState();
    const position = Number(newest.key.slice(-digits));
    const bytes = await this.decode(stored.bytes, { threadId, file: null, at: position });
    return restoredState(this.#parseState(bytes, { key: newest.key, position }));
  }

  /** @throws StoreError for a checkpoint that `compact` did not write. */
  #parseState(bytes: Uint8Array, { key, position }: { key: string; position: number }): LogState {
    try {
      const state: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
      // The position stands for the rest, which was written with it, except for where bytes are read from.
      if (!isJsonObject(state) || state["position"] !== position) throw new Error(`its position is not ${position}`);
      const known = state as unknown as LogState;
      const chunks = Object.values(known.files).flatMap((file) => file.chunks);
      if (!chunks.every((chunk) => this.#isOwn(chunk.key))) throw new Error("it refers to another thread");
      return known;
    } catch (error) {
      throw new StoreError(`${key} in ${this.space.name} cannot be read: it is not what this SDK wrote.`, {
        isRetryable: false,
        cause: error,
      });
    }
  }

  #isOwn(key: string): boolean {
    return key.startsWith(this.prefix) && /^(?:log|segments)\/[0-9a-f-]+$/.test(key.slice(this.prefix.length));
  }

  /** @throws StoreError where the transform is not the one it was written with. */
  async decode(bytes: Uint8Array, context: { threadId: string; file: string | null; at: number }): Promise<Uint8Array> {
    try {
      return await this.transform.decode(bytes, context);
    } catch (error) {
      throw new StoreError(
        `The transform could not decode bytes of thread ${this.threadId} in ${this.space.name}. Pass the transform that they were written with.`,
        { isRetryable: false, cause: error },
      );
    }
  }

  async #read(key: string): Promise<Entry | undefined> {
    const head = await this.space.get(key, { start: 0, end: entryHeadLength });
    return head && this.#decode(key, head.bytes);
  }

  async #decode(key: string, head: Uint8Array): Promise<Entry | undefined> {
    const readMore = async (end: number) => (await this.space.get(key, { start: 0, end }))?.bytes ?? head;
    return decodeEntry({ key, threadId: this.threadId, transform: this.transform }, head, readMore);
  }

  /** Whether there are newer entries or a checkpoint, so that this number had been given and removed before. */
  async #isSuperseded(position: number): Promise<boolean> {
    const newer = await this.space.list(`${this.prefix}log/`, this.#logKey(position));
    const checkpoints = await this.space.list(`${this.prefix}checkpoints/`, checkpointKey(this, position - 1));
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
  /** Can be set. */
  wall: number;
  /** Does not count the sleep of the machine. */
  steady: number;
}

function clock(): Clock {
  return { wall: Date.now(), steady: performance.now() };
}

function elapsedSince({ wall, steady }: Clock): number {
  return Math.max(Date.now() - wall, performance.now() - steady);
}
