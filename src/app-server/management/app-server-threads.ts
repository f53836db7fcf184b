// Saved threads over app-server.
import type { ThreadOptions } from "../../options/options.js";
import type { ListThreadsOptions, ThreadPage } from "../../records/list-options.js";
import type { StoredThread } from "../../records/turn-record.js";
import type { SavedThreads } from "../../transport/management.js";
import type { TransportThread } from "../../transport/transport.js";
import type { AppServer } from "../connection/app-server.js";
import type { Connection } from "../connection/connection.js";
import type { RpcError } from "../errors/rpc-error.js";
import { archivedError, busyError, ephemeralError } from "../../errors/thread-errors.js";
import { isThreadNotFound, toThreadError } from "../errors/thread-error.js";
import type { RuntimeSettings } from "../thread/runtime-settings.js";
import { isArchived } from "./to-thread-record.js";

export class AppServerThreads implements SavedThreads {
  readonly #server: AppServer;
  readonly #runtime: RuntimeSettings;

  constructor(server: AppServer, runtime: RuntimeSettings) {
    this.#server = server;
    this.#runtime = runtime;
  }

  async list(options: ListThreadsOptions, cursor: string | null): Promise<ThreadPage> {
    const connection = await this.#server.connect();
    const { listThreads } = await import("./thread-operations.js");
    try {
      return await listThreads(connection, options, cursor);
    } catch (error) {
      throw toThreadError(error, "", connection);
    }
  }

  read(threadId: string): Promise<StoredThread> {
    return this.#on(threadId, async (connection) => {
      const { readThread } = await import("./thread-operations.js");
      try {
        return await readThread(connection, threadId);
      } catch (error) {
        // While a thread is being deleted, Codex reports missing files. This request then reports a missing thread.
        await connection.request("thread/read", { threadId });
        throw error;
      }
    });
  }

  fork(threadId: string, atTurn: string | undefined, options: ThreadOptions): Promise<TransportThread> {
    return this.#on(threadId, async (connection) => {
      const { forkThread } = await import("./thread-operations.js");
      const context = { connection, server: this.#server, runtime: this.#runtime };
      return forkThread(context, { threadId, atTurn, options });
    });
  }

  async rename(threadId: string, name: string): Promise<void> {
    await this.#on(threadId, (connection) => connection.request("thread/name/set", { threadId, name: name.trim() }));
  }

  async archive(threadId: string): Promise<void> {
    await this.#on(threadId, async (connection) => {
      if (await this.#isArchivedAndIdle(connection, threadId)) return;
      await connection.request("thread/archive", { threadId });
    });
  }

  async unarchive(threadId: string): Promise<void> {
    await this.#on(threadId, async (connection) => {
      const { thread } = await connection.request("thread/read", { threadId });
      if (isArchived(thread)) await connection.request("thread/unarchive", { threadId });
    });
  }

  async delete(threadId: string): Promise<void> {
    await this.#on(threadId, async (connection) => {
      await this.#isArchivedAndIdle(connection, threadId);
      await connection.request("thread/delete", { threadId });
    });
  }

  /** @throws ThreadBusyError if a turn runs, which Codex would end. */
  async #isArchivedAndIdle(connection: Connection, threadId: string): Promise<boolean> {
    const { thread } = await connection.request("thread/read", { threadId });
    if (thread.status.type === "active") throw busyError(threadId);
    return isArchived(thread);
  }

  async #on<Result>(threadId: string, work: (connection: Connection) => Promise<Result>): Promise<Result> {
    const connection = await this.#server.connect();
    const release = connection.retain();
    try {
      return await work(connection);
    } catch (error) {
      throw isThreadNotFound(error)
        ? await explained(error, threadId, connection)
        : toThreadError(error, threadId, connection);
    } finally {
      release();
    }
  }
}

/** Codex reports archived and ephemeral threads as not found, so read the thread to find the reason. */
async function explained(error: RpcError, threadId: string, connection: Connection): Promise<unknown> {
  try {
    const { thread } = await connection.request("thread/read", { threadId });
    if (isArchived(thread)) return archivedError(threadId, { cause: error });
    if (thread.ephemeral) return ephemeralError(threadId, { cause: error });
  } catch {
    // The thread does not exist.
  }
  return toThreadError(error, threadId, connection);
}
