// Connects the threads of an app-server with the store of their `Codex`.
import path from "node:path";
import type { CodexError } from "../../errors/errors.js";
import { CodexExitedError, LeaseLostError, StoreError } from "../../errors/errors.js";
import type { MarkValue } from "../../thread-store/thread-append.js";
import type { ThreadManifest } from "../../thread-store/thread-manifest.js";
import { callStore } from "../../thread-sync/store-call.js";
import type { Commit, StoredSession } from "../../thread-sync/stored-session.js";
import { ThreadSync } from "../../thread-sync/thread-sync.js";
import type { ThreadSyncOptions } from "../../thread-sync/thread-sync.js";
import type { ThreadMarks } from "../../transport/transport.js";
import type { AppServer } from "../connection/app-server.js";
import type { Connection } from "../connection/connection.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import type { Thread } from "../protocol/v2/Thread.js";
import type { ThreadItem } from "../protocol/v2/ThreadItem.js";
import { archivedError } from "../../errors/thread-errors.js";
import { RpcError } from "../errors/rpc-error.js";
import { connectionHome } from "./connection-home.js";
import { replaceGoal, restoreMetadata, toManifest, updatedNow } from "./manifest.js";
import { sessionMarks } from "./session-marks.js";
import { unloadThread } from "./unload-thread.js";

type Interrupt = (error: CodexError) => void;

export class ThreadStorage {
  readonly sync: ThreadSync;
  readonly #server: AppServer;
  /** Ends the running turn of a thread. */
  readonly #turns = new Map<string, Interrupt>();
  /** The thread whose session contains the files of a sub-agent. */
  readonly #roots = new Map<string, string>();
  /** The files of a thread's sub-agents by thread ID. */
  readonly #subagents = new Map<string, Record<string, string>>();
  /** Resolves when the sub-agents of a thread are followed. */
  readonly #searches = new Map<string, Promise<unknown>>();
  /** The threads that a new fork requires. */
  readonly #ancestors = new Map<string, readonly string[]>();
  /** Threads that Codex has loaded only because forks require them. */
  readonly #indexed = new Set<string>();
  /** Threads whose data must be requested from Codex before their next manifest is written. */
  readonly #changed = new Set<string>();
  readonly #connections = new Map<string, Connection>();
  readonly #saving = new Map<string, Promise<void>>();

  constructor(server: AppServer, options: Omit<ThreadSyncOptions, "onFailure">) {
    this.#server = server;
    this.sync = new ThreadSync({ ...options, onFailure: (threadId, error) => this.#onFailure(threadId, error) });
    server.observers.add((notification) => this.#observe(notification));
  }

  /** Whether this process still owns the thread that Codex has loaded, and the store can be reached. */
  async confirm(connection: Connection, threadId: string): Promise<boolean> {
    const session = this.sync.session(threadId);
    if (!session || this.#connections.get(threadId) !== connection) return false;
    await session.confirm();
    return true;
  }

  /** Claims a saved thread, and restores its files so that Codex can resume it. */
  async open(connection: Connection, threadId: string): Promise<void> {
    if (!this.sync.session(threadId)) await unloadThread(this.#server, connection, threadId);
    const session = await this.sync.open(threadId, connectionHome(connection));
    if (!session.ownsLocal) await replaceGoal(connection, threadId, session.manifest);
    await this.#indexAncestors(connection, session.manifest?.ancestors ?? []);
    if (session.manifest?.archived === true) {
      await this.sync.release(threadId);
      throw archivedError(threadId);
    }
    await session.confirm();
    this.#connections.set(threadId, connection);
  }

  /** Codex has resumed the thread. */
  async resumed(connection: Connection, thread: Thread): Promise<void> {
    const session = this.sync.session(thread.id);
    if (!session) return;
    await this.#assertNewest(connection, thread, session);
    if (thread.path !== null) await session.follow(thread.path);
    const isStored = await restoreMetadata(connection, thread, session);
    if (!isStored) this.#changed.add(thread.id);
  }

  /** A turn on a revision that a revert has replaced would restore what was reverted. */
  async #assertNewest(connection: Connection, { id, path: loaded }: Thread, session: StoredSession): Promise<void> {
    const current = session.manifest?.currentFile ?? null;
    const name = loaded === null ? null : path.basename(loaded);
    if (current === null || name === null || name === current || !session.isStored(name)) return;
    await this.release(connection, id);
    await connectionHome(connection).deleteThread(id);
    throw new StoreError(
      `Codex resumed thread ${id} from ${name}, which ${current} has replaced. Retry: the local files are fetched again.`,
    );
  }

  /** Codex has created a thread: claims it before anything is sent to the model. */
  async begin(connection: Connection, thread: Thread): Promise<void> {
    if (thread.ephemeral) return;
    const { codexHome } = connectionHome(connection);
    await this.sync.begin(thread.id, { codexHome, path: thread.path });
    this.#connections.set(thread.id, connection);
    this.#changed.add(thread.id);
  }

  /** A turn of the thread runs until the returned function is called. */
  watch(threadId: string, interrupt: Interrupt): () => void {
    this.#turns.set(threadId, interrupt);
    return () => {
      if (this.#turns.get(threadId) === interrupt) this.#turns.delete(threadId);
    };
  }

  /** Whether a turn of the thread is starting or running. */
  isRunning(threadId: string): boolean {
    return this.#turns.has(threadId);
  }

  /**
   * Resolves when the store has everything that Codex has written of the thread. With `storeFailure: "continue"` it also
   * resolves when the store cannot be reached.
   * @throws LeaseLostError; StoreError.
   */
  async save(
    connection: Connection,
    threadId: string,
    { marks, turnId }: Pick<Commit, "marks" | "turnId"> = {},
  ): Promise<void> {
    const session = this.sync.session(threadId);
    if (!session)
      throw new LeaseLostError(
        `This process no longer has the lease of thread ${threadId}. Another process may have claimed it.`,
      );
    await this.#searches.get(threadId);
    this.#searches.delete(threadId);
    // In order: an earlier manifest must not replace a later one.
    const before = this.#saving.get(threadId);
    const saved = (async () => {
      await before?.catch(() => undefined);
      const manifest = await this.#manifest(connection, session);
      await session.save({ manifest, marks, turnId });
    })();
    this.#saving.set(threadId, saved);
    try {
      await saved;
    } finally {
      if (this.#saving.get(threadId) === saved) this.#saving.delete(threadId);
    }
  }

  /** Reads a mark of a thread, which does not require a claim. */
  async mark(threadId: string, key: string): Promise<MarkValue | undefined> {
    const head = await this.sync.head(threadId);
    if (!head) return undefined;
    return callStore("mark", () => this.sync.store.mark(threadId, key), this.sync.limits);
  }

  /** The record of a claimed thread. @throws LeaseLostError. */
  marks(threadId: string): ThreadMarks {
    const session = this.sync.session(threadId);
    if (session) return sessionMarks(session);
    throw new LeaseLostError(
      `This process no longer has the lease of thread ${threadId}. Another process may have claimed it.`,
    );
  }

  /** Releases a thread to the store after Codex has unloaded it. */
  async release(connection: Connection, threadId: string): Promise<void> {
    if (!this.sync.session(threadId)) return;
    if (connection.isOpen) await unloadThread(this.#server, connection, threadId);
    if (this.#turns.has(threadId)) return;
    this.#connections.delete(threadId);
    await this.sync.release(threadId);
  }

  /** Codex has forked a thread whose bytes are all in the store. */
  async forked(connection: Connection, threadId: string, sourceId: string): Promise<void> {
    const { thread } = await connection.request("thread/read", { threadId });
    const source = this.sync.session(sourceId)?.manifest ?? (await this.sync.head(sourceId))?.manifest;
    await this.begin(connection, thread);
    this.#ancestors.set(threadId, [...(source?.ancestors ?? []), sourceId]);
    await this.save(connection, threadId);
  }

  /** Changes the stored manifest of a thread, whichever process had it last. @throws ThreadBusyError; ThreadNotFoundError. */
  async change(threadId: string, changed: (manifest: ThreadManifest) => ThreadManifest): Promise<void> {
    if (!this.sync.session(threadId)) await this.sync.find(threadId);
    await this.sync.withClaim(threadId, async (session) => {
      if (!session.manifest) return;
      await session.commit({ manifest: { ...changed(session.manifest), updatedAt: Date.now() } });
    });
  }

  /** Runs while Codex has the thread loaded. Codex reports threads incompletely if it has not loaded them. */
  async loaded<Result>(connection: Connection, threadId: string, work: () => Promise<Result>): Promise<Result> {
    const head = await this.sync.head(threadId);
    await this.#indexAncestors(connection, head?.manifest?.ancestors ?? []);
    await this.#resumeToRead(connection, threadId);
    try {
      return await work();
    } finally {
      if (!this.sync.session(threadId)) await this.unload(connection, threadId);
    }
  }

  /** Codex shows the inherited turns of a fork only after it has loaded their threads, the oldest first. */
  async #indexAncestors(connection: Connection, ancestors: readonly string[]): Promise<void> {
    for (const ancestor of ancestors) {
      if (this.#indexed.has(ancestor)) continue;
      this.#indexed.add(ancestor);
      if (this.sync.session(ancestor)) continue;
      await this.#resumeToRead(connection, ancestor);
      await this.unload(connection, ancestor);
    }
  }

  /** Another Codex of the same CODEX_HOME may have it loaded. Reads are then complete without this. */
  async #resumeToRead(connection: Connection, threadId: string): Promise<void> {
    try {
      await connection.request("thread/resume", { threadId, excludeTurns: true });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
    }
  }

  async unload(connection: Connection, threadId: string): Promise<void> {
    await unloadThread(this.#server, connection, threadId);
  }

  async releaseWhereLoaded(threadId: string): Promise<void> {
    const connection = this.#connections.get(threadId);
    if (connection) await this.release(connection, threadId);
  }

  async #manifest(connection: Connection, session: StoredSession): Promise<ThreadManifest | undefined> {
    const { threadId, manifest } = session;
    const mustRequest = this.#changed.has(threadId) || manifest === null;
    const wasUsed = this.#turns.has(threadId);
    if (!mustRequest || !connection.isOpen) return manifest ? updatedNow(manifest, wasUsed) : undefined;
    // Later changes are requested again.
    this.#changed.delete(threadId);
    try {
      const { thread } = await connection.request("thread/read", { threadId });
      if (thread.path !== null) await session.follow(thread.path);
      const ancestors =
        manifest?.ancestors ?? this.#ancestors.get(threadId) ?? (await this.#ancestorsOf(connection, thread));
      const subagents = this.#subagents.get(threadId) ?? {};
      const changed = await toManifest(manifest, { connection, thread, ancestors, subagents, wasUsed });
      this.#ancestors.delete(threadId);
      return changed;
    } catch (error) {
      this.#changed.add(threadId);
      throw error;
    }
  }

  /** The threads that a fork requires. They are stored first. */
  async #ancestorsOf(connection: Connection, { forkedFromId }: Thread): Promise<readonly string[]> {
    if (forkedFromId === null) return [];
    const known = await this.sync.head(forkedFromId);
    if (known?.manifest) return [...known.manifest.ancestors, forkedFromId];
    const session = await this.sync.open(forkedFromId, connectionHome(connection));
    this.#changed.add(forkedFromId);
    await this.save(connection, forkedFromId);
    await this.sync.release(forkedFromId);
    return [...(session.manifest?.ancestors ?? []), forkedFromId];
  }

  #observe(notification: ServerNotification): void {
    const { method, params } = notification;
    if (method === "item/completed" && notification.params.item.type === "collabAgentToolCall") {
      this.#onSpawned(notification.params.threadId, notification.params.item.receiverThreadIds);
    }
    if (typeof params !== "object" || params === null || !("threadId" in params)) return;
    const threadId = String(params.threadId);
    const root = this.#roots.get(threadId) ?? threadId;
    const session = this.sync.session(root);
    if (!session) return;
    if (method === "thread/closed" && root === threadId) return this.#onClosed(threadId);
    if (metadataChanges.has(method)) {
      this.#changed.add(root);
      // Outside a turn, no other code sends it.
      if (!this.#turns.has(root)) void this.#saveInBackground(root);
    }
    // A running call should be in the store before its process can be lost.
    if (method === "item/started" && !texts.has(notification.params.item.type)) {
      return void session.commit().catch(() => undefined);
    }
    if (!method.endsWith("/delta") && !method.endsWith("Delta")) session.scheduleCommit();
  }

  /** Codex has unloaded an idle thread: other processes may claim it. */
  #onClosed(threadId: string): void {
    if (this.isRunning(threadId)) return;
    this.#connections.delete(threadId);
    void this.sync.release(threadId);
  }

  /** Sub-agents of a claimed thread write their own files. */
  #onSpawned(senderId: string, agentIds: readonly string[]): void {
    const root = this.#roots.get(senderId) ?? senderId;
    const [session, connection] = [this.sync.session(root), this.#connections.get(root)];
    if (!session || !connection) return;
    for (const agentId of agentIds) {
      if (this.#roots.has(agentId)) continue;
      this.#roots.set(agentId, root);
      this.#changed.add(root);
      // A sub-agent that cannot be found is not required to continue the thread.
      const found = this.#followAgent(connection, session, agentId).catch(() => undefined);
      this.#searches.set(root, Promise.all([this.#searches.get(root), found]));
    }
  }

  async #followAgent(connection: Connection, session: StoredSession, agentId: string): Promise<void> {
    const { thread } = await connection.request("thread/read", { threadId: agentId });
    if (thread.path === null) return;
    const root = session.threadId;
    this.#subagents.set(root, { ...this.#subagents.get(root), [agentId]: path.basename(thread.path) });
    await session.follow(thread.path);
  }

  async #saveInBackground(threadId: string): Promise<void> {
    const connection = this.#connections.get(threadId);
    // Data that cannot be saved now is saved with the next turn.
    if (connection?.isOpen) await this.save(connection, threadId).catch(() => this.#changed.add(threadId));
  }

  #onFailure(threadId: string, error: CodexError): void {
    this.#turns.get(threadId)?.(error);
    if (error.code === "store" && error.isRetryable) return;
    const connection = this.#connections.get(threadId);
    this.#connections.delete(threadId);
    if (!connection?.isOpen) return;
    const message = `Codex was stopped because this process lost the lease of thread ${threadId}: ${error.message}`;
    const exit = { exitCode: null, signal: null, stderr: "" };
    void connection.close(0, new CodexExitedError(message, exit, { cause: error }));
  }
}

/** Items that have no effect outside of the conversation. */
const texts: ReadonlySet<string> = new Set<ThreadItem["type"]>(["userMessage", "agentMessage", "reasoning", "plan"]);

const metadataChanges: ReadonlySet<string> = new Set<ServerNotification["method"]>([
  "thread/name/updated",
  "thread/goal/updated",
  "thread/goal/cleared",
  "thread/reverted",
  "thread/settings/updated",
]);
