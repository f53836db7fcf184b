// The operations of app-server outside turns.
import { toConfigTree } from "../../config/config-tree.js";
import { secretsIn } from "../../config/secret-locations.js";
import { isJsonObject } from "../../internal/json.js";
import type { ListModelsOptions, Model } from "../../account/models.js";
import type { CodexNotification } from "../../notifications/notifications.js";
import type { Accounts, Management, SavedThreads } from "../../transport/management.js";
import type { Redactor } from "../../process/redaction/redactor.js";
import type { AppServer } from "../connection/app-server.js";
import type { Method, ParamsOf } from "../connection/json-rpc/methods.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import { toRequestError } from "../errors/request-error.js";
import type { RuntimeSettings } from "../thread/runtime-settings.js";
import { AppServerAccounts } from "./accounts.js";
import { listModels } from "./list-models.js";
import { KnownRateLimits } from "./rate-limits.js";
import { StoredThreads } from "../storage/stored-threads.js";
import { AppServerThreads } from "./app-server-threads.js";
import { toNotification } from "./to-notification.js";

export class AppServerManagement implements Management {
  readonly threads: SavedThreads;
  readonly accounts: Accounts;
  readonly #server: AppServer;
  readonly #redactor: Redactor;
  readonly #limits = new KnownRateLimits();
  readonly #listeners = new Set<(notification: CodexNotification) => void>();

  constructor(server: AppServer, runtime: RuntimeSettings, redactor: Redactor) {
    this.#server = server;
    const local = new AppServerThreads(server, runtime);
    this.threads = runtime.storage ? new StoredThreads(server, local, runtime.storage) : local;
    this.accounts = new AppServerAccounts(server, this.#limits, redactor);
    this.#redactor = redactor;
    server.observers.add((notification, isHandled) => this.#observe(notification, isHandled));
  }

  async listModels(options: ListModelsOptions): Promise<Model[]> {
    const connection = await this.#server.connect();
    try {
      return await listModels(connection, options);
    } catch (error) {
      throw toRequestError(error);
    }
  }

  listen(listener: (notification: CodexNotification) => void): () => void {
    // A function that was added twice must be removed twice.
    const own = (notification: CodexNotification) => listener(notification);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  async request(method: string, params: unknown): Promise<unknown> {
    this.#redactor.add(requestSecrets(params));
    const connection = await this.#server.connect();
    try {
      // The types of the caller have matched method and parameters. Codex rejects invalid combinations.
      return await connection.request(method as Method, params as ParamsOf<Method>);
    } catch (error) {
      throw toRequestError(error);
    }
  }

  #observe(notification: ServerNotification, isHandled: boolean): void {
    const converted = toNotification(notification, isHandled, this.#limits);
    if (!converted) return;
    // A listener that is added during the loop receives the next notification.
    const listeners = [...this.#listeners];
    for (const listener of listeners) listener(converted);
  }
}

/** Keys of a login, and secrets in the configuration of a thread. */
function requestSecrets(params: unknown): string[] {
  if (!isJsonObject(params)) return [];
  const keys = ["apiKey", "accessToken", "idToken", "refreshToken"].flatMap((name) => {
    const value = params[name];
    return typeof value === "string" ? [value] : [];
  });
  const { config } = params;
  return isJsonObject(config) ? [...keys, ...secretsIn(toConfigTree(config))] : keys;
}
