// Implements thread management for the threads of a store.
import type { ThreadOptions } from "../../options/options.js";
import type { ListThreadsOptions, ThreadPage } from "../../records/list-options.js";
import type { StoredThread } from "../../records/turn-record.js";
import { ThreadNotFoundError } from "../../errors/errors.js";
import type { SavedThreads } from "../../transport/management.js";
import type { TransportThread } from "../../transport/transport.js";
import type { AppServer } from "../connection/app-server.js";
import { busyError } from "../../errors/thread-errors.js";
import { connectionHome } from "./connection-home.js";
import type { ThreadStorage } from "./thread-storage.js";
import { toStoredRecord } from "./to-stored-record.js";

export class StoredThreads implements SavedThreads {
  readonly #server: AppServer;
  readonly #local: SavedThreads;
  readonly #storage: () => Promise<ThreadStorage>;

  constructor(server: AppServer, local: SavedThreads, storage: () => Promise<ThreadStorage>) {
    this.#server = server;
    this.#local = local;
    this.#storage = storage;
  }

  async list(options: ListThreadsOptions, cursor: string | null): Promise<ThreadPage> {
    const storage = await this.#storage();
    const { listStoredThreads } = await import("./list-stored-threads.js");
    return listStoredThreads(storage.sync, options, cursor);
  }

  async read(threadId: string): Promise<StoredThread> {
    const storage = await this.#storage();
    const connection = await this.#server.connect();
    const release = connection.retain();
    try {
      const session = storage.sync.session(threadId);
      if (session) {
        const local = await this.#local.read(threadId);
        const { turns, path, status } = local;
        const { manifest } = session;
        return manifest ? { ...toStoredRecord(threadId, manifest), path, status, turns } : local;
      }
      const { manifest } = await storage.sync.fetch(threadId, connectionHome(connection));
      if (!manifest) throw notFoundError(threadId);
      const { turns, path, status } = await storage.loaded(connection, threadId, () => this.#local.read(threadId));
      return { ...toStoredRecord(threadId, manifest), path, status, turns };
    } finally {
      release();
    }
  }

  async fork(threadId: string, atTurn: string | undefined, options: ThreadOptions): Promise<TransportThread> {
    const storage = await this.#storage();
    const connection = await this.#server.connect();
    const release = connection.retain();
    try {
      const hadSession = storage.sync.session(threadId) !== undefined;
      if (!hadSession) await storage.open(connection, threadId);
      try {
        const thread = await this.#local.fork(threadId, atTurn, options);
        // The fork refers to bytes of this thread, which must be stored first.
        await storage.save(connection, threadId);
        if (options.ephemeral !== true && thread.id !== null) await storage.forked(connection, thread.id, threadId);
        return thread;
      } finally {
        // A turn may have begun meanwhile.
        if (!hadSession && !storage.isRunning(threadId)) await storage.release(connection, threadId);
      }
    } finally {
      release();
    }
  }

  async rename(threadId: string, name: string): Promise<void> {
    const storage = await this.#storage();
    await storage.change(threadId, (manifest) => ({ ...manifest, name: name.trim() }));
    // If Codex has the thread, it shows the same name.
    if (storage.sync.session(threadId)) await this.#local.rename(threadId, name);
  }

  async archive(threadId: string): Promise<void> {
    await this.#setArchived(threadId, true);
  }

  async unarchive(threadId: string): Promise<void> {
    await this.#setArchived(threadId, false);
  }

  async delete(threadId: string): Promise<void> {
    const storage = await this.#storage();
    if (storage.isRunning(threadId)) throw busyError(threadId);
    const connection = await this.#server.connect();
    const release = connection.retain();
    try {
      const home = connectionHome(connection);
      // Codex unloads the thread. This must not release it to the store.
      const unwatch = storage.watch(threadId, () => undefined);
      try {
        await storage.unload(connection, threadId);
        await storage.sync.delete(threadId, home.codexHome);
      } finally {
        unwatch();
      }
      await home.deleteThread(threadId);
    } finally {
      release();
    }
  }

  async #setArchived(threadId: string, archived: boolean): Promise<void> {
    const storage = await this.#storage();
    if (storage.isRunning(threadId)) throw busyError(threadId);
    await storage.change(threadId, (manifest) => ({ ...manifest, archived }));
    // An archived thread must be loaded again before it can run.
    if (archived) await storage.releaseWhereLoaded(threadId);
  }
}

function notFoundError(threadId: string): ThreadNotFoundError {
  return new ThreadNotFoundError(`Thread ${threadId} is not in the store.`);
}
