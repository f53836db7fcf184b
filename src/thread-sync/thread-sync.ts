// The threads of one Codex in its store: claims them on first use, and releases them when they are idle.
import { randomUUID } from "node:crypto";
import os from "node:os";
import { ClosedError, InvalidInputError, ThreadNotFoundError } from "../errors/errors.js";
import type { CodexError } from "../errors/errors.js";
import { longestDelayMs } from "../internal/timer.js";
import type { ClaimedThread, ThreadHead } from "../thread-store/thread-head.js";
import type { ThreadStore } from "../thread-store/thread-store.js";
import { checkedStore } from "./checked-store.js";
import { hydrate, hydrateAncestors } from "./hydrate.js";
import type { LocalHome } from "./hydrate.js";
import { localRollouts, readLocalState, removeLocalState, writeLocalState } from "./local-files.js";
import { callStore } from "./store-call.js";
import type { CallLimits } from "./store-call.js";
import { StoredSession } from "./stored-session.js";

export interface ThreadSyncOptions {
  store: ThreadStore;
  storeFailure: "fail" | "continue";
  /** Called once if a session fails, before `commit` rejects. */
  onFailure: (threadId: string, error: CodexError) => void;
}

export class ThreadSync {
  readonly store: ThreadStore;
  readonly limits: CallLimits;
  readonly #options: ThreadSyncOptions;
  readonly #owner = `${os.hostname()}/${process.pid}/${randomUUID()}`;
  readonly #sessions = new Map<string, StoredSession>();
  /** Serialises the operations that open or change a thread. */
  readonly #order = new Map<string, Promise<unknown>>();
  /** Pending releases. A thread is claimed again only after its release. */
  readonly #releasing = new Map<string, Promise<void>>();
  readonly #onBeforeExit = () => void this.releaseAll();
  #isClosed = false;

  constructor(options: ThreadSyncOptions) {
    this.#options = options;
    this.store = checkedStore(options.store);
    const { leaseMs } = this.store;
    if (!Number.isSafeInteger(leaseMs) || leaseMs < 1) {
      throw new InvalidInputError(`\`store.leaseMs\` must be a whole number of milliseconds, not ${String(leaseMs)}.`);
    }
    const third = Math.min(Math.ceil(leaseMs / 3), longestDelayMs);
    this.limits = { callMs: third, retryMs: third };
  }

  /** The session of a thread that this process has claimed. */
  session(threadId: string): StoredSession | undefined {
    const session = this.#sessions.get(threadId);
    return session?.isUsable ? session : undefined;
  }

  /**
   * Claims a thread and updates its local files from the store. A thread that exists only in this CODEX_HOME is added
   * to the store.
   * @throws ThreadBusyError while another process has claimed it; ThreadNotFoundError; ThreadArchivedError; StoreError.
   */
  async open(threadId: string, home: LocalHome): Promise<StoredSession> {
    return this.#inOrder(threadId, async () => this.session(threadId) ?? this.#open(threadId, home));
  }

  /** Claims a thread without its files. The session is not shared unless the thread was already claimed. */
  async withClaim<Result>(threadId: string, work: (session: StoredSession) => Promise<Result>): Promise<Result> {
    return this.#inOrder(threadId, async () => {
      const held = this.session(threadId);
      if (held) return work(held);
      const session = this.#newSession(await this.#claim(threadId), false);
      try {
        return await work(session);
      } finally {
        await session.release();
      }
    });
  }

  /** Claims a thread that Codex has just created. */
  async begin(
    threadId: string,
    { codexHome, path }: { codexHome: string; path: string | null },
  ): Promise<StoredSession> {
    const held = this.session(threadId);
    if (held) return held;
    const claimed = await this.#claim(threadId);
    await writeLocalState(codexHome, threadId, { epoch: claimed.claim.epoch });
    const session = this.#start(claimed, true);
    if (path !== null) await session.follow(path);
    return session;
  }

  /** Fetches a thread for reading. Local files may be newer if this CODEX_HOME has written them. */
  async fetch(threadId: string, home: LocalHome): Promise<ThreadHead> {
    const head = await this.find(threadId);
    const state = await readLocalState(home.codexHome, threadId);
    const hydration = { store: this.store, home, limits: this.limits };
    await hydrateAncestors(head, hydration, (id) => this.session(id) !== undefined);
    await hydrate(head, { ...hydration, isLastWriter: state?.epoch === head.epoch });
    return head;
  }

  async release(threadId: string): Promise<void> {
    const session = this.#sessions.get(threadId);
    const released = session?.release();
    if (released) this.#releasing.set(threadId, released);
    await released;
    if (this.#releasing.get(threadId) === released) this.#releasing.delete(threadId);
    if (this.#sessions.get(threadId) === session) this.#removeSession(threadId);
  }

  /** For a program that exits without `close()`: other processes do not have to wait until its leases expire. */
  async releaseAll(): Promise<void> {
    await Promise.all([...this.#sessions.keys()].map((threadId) => this.release(threadId)));
  }

  async delete(threadId: string, codexHome: string): Promise<void> {
    if (!this.session(threadId)) await this.find(threadId);
    await this.withClaim(threadId, async (session) => session.delete());
    this.#removeSession(threadId);
    await removeLocalState(codexHome, threadId);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#order.values());
    await this.releaseAll();
  }

  /** @throws ThreadNotFoundError if the thread is not in the store, or was deleted. */
  async find(threadId: string): Promise<ThreadHead> {
    const head = await this.head(threadId);
    if (!head?.manifest) throw notFoundError(threadId, head);
    return head;
  }

  async head(threadId: string): Promise<ThreadHead | undefined> {
    await this.#check();
    return callStore("head", () => this.store.head(threadId), this.limits);
  }

  async #open(threadId: string, home: LocalHome): Promise<StoredSession> {
    const state = await readLocalState(home.codexHome, threadId);
    const claimed = await this.#claim(threadId);
    const { claim, head } = claimed;
    const isLastWriter = state?.epoch === head.epoch;
    const session = this.#start(claimed, isLastWriter);
    try {
      const isNew = head.manifest === null && Object.keys(head.files).length === 0;
      if (isNew && (await localRollouts(home.codexHome, threadId)).size === 0) throw notFoundError(threadId, head);
      const hydration = { store: this.store, home, limits: this.limits };
      await hydrateAncestors(head, hydration, (id) => this.session(id) !== undefined);
      const files = await hydrate(head, { ...hydration, isLastWriter: isNew || isLastWriter });
      await writeLocalState(home.codexHome, threadId, { epoch: claim.epoch });
      for (const file of files.values()) await session.follow(file);
      return session;
    } catch (error) {
      await this.release(threadId);
      throw error;
    }
  }

  async #claim(threadId: string): Promise<ClaimedThread> {
    if (this.#isClosed) throw new ClosedError("This Codex was closed. Create a new one to continue.");
    await this.#releasing.get(threadId);
    await this.#check();
    const options = { owner: this.#owner, ttlMs: this.store.leaseMs };
    return callStore("claim", () => this.store.claim(threadId, options), this.limits);
  }

  async #check(): Promise<void> {
    await callStore("check", () => this.store.check(), this.limits);
  }

  #start(claimed: ClaimedThread, ownsLocal: boolean): StoredSession {
    const session = this.#newSession(claimed, ownsLocal);
    if (this.#sessions.size === 0) process.on("beforeExit", this.#onBeforeExit);
    this.#sessions.set(session.threadId, session);
    return session;
  }

  #newSession({ claim, head }: ClaimedThread, ownsLocal: boolean): StoredSession {
    const { store, limits } = this;
    const { storeFailure, onFailure } = this.#options;
    return new StoredSession({
      store,
      claim,
      head,
      ownsLocal,
      limits,
      storeFailure,
      onFailure: (error) => onFailure(claim.threadId, error),
    });
  }

  async #inOrder<Result>(threadId: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#order.get(threadId);
    const result = before ? before.then(work, work) : work();
    this.#order.set(threadId, result);
    try {
      return await result;
    } finally {
      if (this.#order.get(threadId) === result) this.#order.delete(threadId);
    }
  }

  #removeSession(threadId: string): void {
    this.#sessions.delete(threadId);
    if (this.#sessions.size === 0) process.off("beforeExit", this.#onBeforeExit);
  }
}

function notFoundError(threadId: string, head: ThreadHead | undefined): ThreadNotFoundError {
  const why = head?.isDeleted ? "was deleted from the store" : "is not in the store";
  return new ThreadNotFoundError(`Thread ${threadId} ${why}.`);
}
