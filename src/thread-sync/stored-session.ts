// A claimed thread: sends the bytes that Codex writes to the store, and renews the lease.
import { LeaseLostError, StoreError } from "../errors/errors.js";
import type { CodexError } from "../errors/errors.js";
import type { FileWrite, MarkValue, ThreadAppend } from "../thread-store/thread-append.js";
import type { Claim, ThreadHead } from "../thread-store/thread-head.js";
import type { ThreadManifest } from "../thread-store/thread-manifest.js";
import type { ThreadStore } from "../thread-store/thread-store.js";
import { asStoreError, callStore } from "./store-call.js";
import type { CallLimits } from "./store-call.js";
import { TailedFile } from "./tailed-file.js";

export interface SessionOptions {
  store: ThreadStore;
  claim: Claim;
  /** The state of the thread when it was claimed. */
  head: ThreadHead;
  /** Whether this CODEX_HOME wrote the thread last, so that its files are the newest. */
  ownsLocal: boolean;
  limits: CallLimits;
  /** Whether a turn continues while the store cannot be reached. */
  storeFailure: "fail" | "continue";
  /**
   * Called when the session has failed: the lease is lost, or with `storeFailure: "fail"` the store does not respond.
   */
  onFailure: (error: CodexError) => void;
}

/** A crash loses at most the bytes of this period. A short turn requires a single append. */
const batchMs = 100;
/** The limit before a turn starts, which should fail soon. */
const confirmRetryMs = 1_000;

/** The content of a commit without the new bytes. */
export interface Commit {
  manifest?: ThreadManifest | undefined;
  marks?: Record<string, MarkValue> | undefined;
  /** A turn that Codex has reported as completed: its end has to be in the thread's file. */
  turnId?: string | undefined;
}

export class StoredSession {
  readonly claim: Claim;
  readonly #options: SessionOptions;
  readonly #files = new Map<string, TailedFile>();
  readonly #renewal: NodeJS.Timeout;
  #manifest: ThreadManifest | null;
  #version: number;
  #commits: Promise<unknown> = Promise.resolve();
  #batch: NodeJS.Timeout | undefined;
  /** An append with an unknown outcome. It is repeated before any other. */
  #open: { append: ThreadAppend; writes: [TailedFile, FileWrite][] } | undefined;
  /** The manifest and marks at the end of a turn, until they are committed. */
  #ended: Commit = {};
  #releasing: Promise<void> | undefined;
  #isRenewing = false;
  /** The reason why the session has ended. */
  #end: CodexError | "released" | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.claim = options.claim;
    this.#manifest = options.head.manifest;
    this.#version = options.head.version;
    this.#renewal = setInterval(() => void this.#renew(), Math.ceil(options.claim.ttlMs / 3));
    this.#renewal.unref();
  }

  get threadId(): string {
    return this.claim.threadId;
  }

  get manifest(): ThreadManifest | null {
    return this.#manifest;
  }

  get ownsLocal(): boolean {
    return this.#options.ownsLocal;
  }

  /** Whether the claim may still be valid. */
  get isActive(): boolean {
    return this.#end === undefined;
  }

  /** Whether a turn can use it. A session that is being released cannot be used. */
  get isUsable(): boolean {
    return this.isActive && !this.#releasing;
  }

  /** The error that ended it. */
  get error(): CodexError | undefined {
    return this.#end === "released" ? undefined : this.#end;
  }

  /** Follows a file of the thread or of its sub-agents. The stored part is verified. */
  async follow(path: string): Promise<void> {
    const file = new TailedFile(path);
    if (this.#files.has(file.name)) return;
    this.#files.set(file.name, file);
    const stored = this.#options.head.files[file.name];
    if (stored) await file.skip(stored.size);
  }

  /** Whether the store contained this file when the thread was claimed. */
  isStored(name: string): boolean {
    return Object.hasOwn(this.#options.head.files, name);
  }

  /** The followed files, with their stored sizes. */
  get files(): Iterable<Pick<TailedFile, "name" | "path" | "size">> {
    return this.#files.values();
  }

  /** Codex may have written to a file. */
  scheduleCommit(): void {
    if (this.#batch || !this.isActive) return;
    this.#batch = setTimeout(() => {
      this.#batch = undefined;
      this.commit().catch(() => undefined);
    }, batchMs);
    this.#batch.unref();
  }

  /**
   * Resolves when the store contains all complete lines that Codex has written so far, and the manifest and marks.
   * @throws LeaseLostError; StoreError if the store did not respond in time.
   */
  async commit(commit: Commit = {}): Promise<void> {
    clearTimeout(this.#batch);
    this.#batch = undefined;
    const applied = this.#commits.then(() => this.#apply(commit));
    this.#commits = applied.catch(() => undefined);
    return applied;
  }

  /** Resolves when the store has confirmed that this claim is the newest. @throws LeaseLostError; StoreError. */
  async confirm(): Promise<void> {
    this.#assertActive();
    const { store, limits } = this.#options;
    const retryMs = Math.min(limits.retryMs, confirmRetryMs);
    try {
      await callStore("renew", () => store.renew(this.claim), { ...limits, retryMs });
    } catch (error) {
      const known = asStoreError("renew", error);
      throw isOutage(known) ? known : this.#failed(known);
    }
  }

  /**
   * Commits at the end of a turn. With `storeFailure: "continue"`, it also resolves if the store cannot be reached: the
   * next renewal or turn sends the missing data.
   */
  async save(commit: Commit): Promise<void> {
    this.#ended = {
      manifest: commit.manifest ?? this.#ended.manifest,
      marks: { ...this.#ended.marks, ...commit.marks },
      turnId: commit.turnId,
    };
    try {
      await this.commit();
    } catch (error) {
      const known = asStoreError("append", error);
      if (this.#options.storeFailure === "fail" || !isOutage(known)) throw known;
    }
  }

  async mark(key: string): Promise<MarkValue | undefined> {
    const { store, limits } = this.#options;
    return callStore("mark", () => store.mark(this.threadId, key), limits);
  }

  /**
   * Commits the remaining bytes and releases the claim, once for all callers. Never rejects: bytes that could not be
   * sent remain in the local files.
   */
  async release(): Promise<void> {
    return (this.#releasing ??= this.#release());
  }

  async #release(): Promise<void> {
    // Without files, there is nothing to commit.
    if (this.isActive && this.#files.size > 0) await this.commit().catch(() => undefined);
    const wasActive = this.isActive;
    this.#stop("released");
    const { store, limits } = this.#options;
    if (!wasActive) return;
    await callStore("release", () => store.release(this.claim), { ...limits, retryMs: 0 }).catch(() => undefined);
  }

  /** Deletes the thread in the store. @throws ThreadInUseError; LeaseLostError; StoreError. */
  async delete(): Promise<void> {
    const { store, limits } = this.#options;
    await this.#commits;
    await callStore("delete", () => store.delete(this.claim), limits);
    this.#stop("released");
  }

  async #apply(commit: Commit): Promise<void> {
    for (;;) {
      this.#assertActive();
      if (this.#open) await this.#append();
      const writes = await this.#linesWithEnd();
      const isLast = !writes.some(([file]) => file.mayHaveMore);
      const manifest = commit.manifest ?? this.#ended.manifest;
      // The marks belong to the last piece, which has the end of the turn.
      const marks = isLast ? { ...this.#ended.marks, ...commit.marks } : {};
      const hasMarks = Object.keys(marks).length > 0;
      if (writes.length === 0 && !manifest && !hasMarks) return;
      this.#open = {
        append: {
          version: this.#version + 1,
          writes: writes.map(([, write]) => write),
          ...(manifest && { manifest }),
          ...(hasMarks && { marks }),
        },
        writes,
      };
      if (isLast) {
        this.#ended = {};
        return this.#append();
      }
    }
  }

  /** Repeats the open append until its outcome is known. */
  async #append(): Promise<void> {
    const { store, limits } = this.#options;
    const open = this.#open;
    if (!open) return;
    try {
      await callStore("append", () => store.append(this.claim, open.append), limits);
    } catch (error) {
      throw this.#failed(asStoreError("append", error));
    }
    this.#version = open.append.version;
    this.#manifest = open.append.manifest ?? this.#manifest;
    for (const [file, write] of open.writes) file.committed(write);
    this.#open = undefined;
  }

  /**
   * The new lines, with the end of the turn that the commit is about. Codex normally writes that before it reports the turn,
   * but a busy machine can delay it.
   */
  async #linesWithEnd(): Promise<[TailedFile, FileWrite][]> {
    for (let [pauseMs, waitedMs] = [5, 0]; ; pauseMs = Math.min(pauseMs * 2, 200)) {
      this.#assertActive();
      const lines = await this.#newLines().catch((error: unknown) => {
        throw this.#failed(asStoreError("append", error));
      });
      const { turnId, manifest } = this.#ended;
      const files = [...this.#files.values()];
      if (turnId === undefined || files.some((file) => file.mayHaveMore || file.endedTurn === turnId)) return lines;
      if (waitedMs > this.#options.limits.callMs) {
        // Codex may still write it. Then a later commit has it, but this one must not record that the turn has ended.
        this.#ended = { manifest };
        throw new StoreError(
          `Codex completed a turn of thread ${this.threadId}, but did not write it to its file. Check that the disk of CODEX_HOME is not full.`,
          { isRetryable: false },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      waitedMs += pauseMs;
    }
  }

  async #newLines(): Promise<[TailedFile, FileWrite][]> {
    const found = await Promise.all(
      [...this.#files.values()].map(async (file) => {
        const write = await file.next();
        return write && ([file, write] as [TailedFile, FileWrite]);
      }),
    );
    return found.filter((entry) => entry !== undefined);
  }

  async #renew(): Promise<void> {
    if (this.#isRenewing || !this.isActive) return;
    this.#isRenewing = true;
    const { store, limits } = this.#options;
    try {
      await callStore("renew", () => store.renew(this.claim), { ...limits, retryMs: 0 });
      // Data that could not be sent at the end of a turn.
      if (this.#open || this.#ended.manifest) this.scheduleCommit();
    } catch (error) {
      const known = asStoreError("renew", error);
      // The next renewal may succeed. A failing append reports its own error.
      if (!isOutage(known)) this.#failed(known);
    } finally {
      this.#isRenewing = false;
    }
  }

  #assertActive(): void {
    if (this.#end === undefined) return;
    if (this.#end !== "released") throw this.#end;
    throw new LeaseLostError(`Thread ${this.threadId} was released by this process.`);
  }

  /** Handles an error of the store: ends the session, or continues. */
  #failed(error: CodexError): CodexError {
    if (isOutage(error)) {
      if (this.#options.storeFailure === "fail") this.#options.onFailure(error);
      return error;
    }
    if (this.isActive) {
      this.#stop(error);
      this.#options.onFailure(error);
    }
    return error;
  }

  #stop(end: CodexError | "released"): void {
    this.#end ??= end;
    clearInterval(this.#renewal);
    clearTimeout(this.#batch);
    this.#batch = undefined;
    const files = [...this.#files.values()];
    // Waits until pending reads of the files have ended.
    void this.#commits.then(() => Promise.allSettled(files.map((file) => file.close())));
  }
}

/** Whether the same call can succeed later. */
function isOutage(error: CodexError): boolean {
  return error.code === "store" && error.isRetryable;
}
