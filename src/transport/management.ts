// Operations of a transport outside turns: saved threads, models, the account, notifications, and Codex's own methods.
import type { Account, Login, LoginRequest } from "../account/account.js";
import type { ListModelsOptions, Model } from "../account/models.js";
import type { CodexNotification } from "../notifications/notifications.js";
import type { ThreadOptions } from "../options/options.js";
import type { ListThreadsOptions, ThreadPage } from "../records/list-options.js";
import type { StoredThread } from "../records/turn-record.js";
import type { TransportThread } from "./transport-thread.js";

/** Saved threads. Every method rejects with ThreadNotFoundError for an unknown ID. */
export interface SavedThreads {
  /** @throws InvalidInputError for an invalid cursor. */
  list(options: ListThreadsOptions, cursor: string | null): Promise<ThreadPage>;
  read(threadId: string): Promise<StoredThread>;
  /** Creates a thread with the history up to and including `atTurn`, or with all of it. */
  fork(threadId: string, atTurn: string | undefined, options: ThreadOptions): Promise<TransportThread>;
  rename(threadId: string, name: string): Promise<void>;
  /** @throws ThreadBusyError while a turn is running. */
  archive(threadId: string): Promise<void>;
  unarchive(threadId: string): Promise<void>;
  /** @throws ThreadBusyError while a turn is running; ThreadInUseError while forks need its history. */
  delete(threadId: string): Promise<void>;
}

export interface Accounts {
  read(): Promise<Account>;
  login(request: LoginRequest): Promise<Login>;
  logout(): Promise<void>;
}

export interface Management {
  readonly threads: SavedThreads;
  readonly accounts: Accounts;
  listModels(options: ListModelsOptions): Promise<Model[]>;
  /** Subscribes to notifications outside turns. The returned function unsubscribes. */
  listen(listener: (notification: CodexNotification) => void): () => void;
  /** Sends a request of Codex's protocol. */
  request(method: string, params: unknown): Promise<unknown>;
}
