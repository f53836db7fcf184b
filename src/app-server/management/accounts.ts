// Account operations over app-server.
import type { Account, AccountType, Login, LoginRequest } from "../../account/account.js";
import type { Accounts } from "../../transport/management.js";
import type { Redactor } from "../../process/redaction/redactor.js";
import type { AppServer } from "../connection/app-server.js";
import type { Connection } from "../connection/connection.js";
import { RpcError } from "../errors/rpc-error.js";
import type { Account as ProtocolAccount } from "../protocol/v2/Account.js";
import { toRequestError } from "../errors/request-error.js";
import { startLogin } from "./login.js";
import type { KnownRateLimits } from "./rate-limits.js";

export class AppServerAccounts implements Accounts {
  readonly #server: AppServer;
  readonly #limits: KnownRateLimits;
  readonly #redactor: Redactor;

  constructor(server: AppServer, limits: KnownRateLimits, redactor: Redactor) {
    this.#redactor = redactor;
    this.#server = server;
    this.#limits = limits;
  }

  async read(): Promise<Account> {
    const connection = await this.#server.connect();
    try {
      const { account, requiresOpenaiAuth } = await connection.request("account/read", {});
      if (account?.type === "chatgpt") await this.#askLimits(connection);
      return { ...toAccount(account), loginRequired: requiresOpenaiAuth, rateLimits: this.#limits.usual };
    } catch (error) {
      throw toRequestError(error);
    }
  }

  async login(request: LoginRequest): Promise<Login> {
    // Codex uses the key from here on.
    if (request.type === "api_key") this.#redactor.add([request.apiKey.trim()]);
    const connection = await this.#server.connect();
    return startLogin(this.#server, connection, request);
  }

  async logout(): Promise<void> {
    const connection = await this.#server.connect();
    try {
      await connection.request("account/logout", undefined);
      this.#limits.clear();
    } catch (error) {
      throw toRequestError(error);
    }
  }

  /** Only ChatGPT's backend can be queried. If it does not respond, the limits keep their last known values. */
  async #askLimits(connection: Connection): Promise<void> {
    try {
      const { rateLimits } = await connection.request("account/rateLimits/read", undefined);
      this.#limits.update(rateLimits);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
    }
  }
}

function toAccount(account: ProtocolAccount | null): Pick<Account, "type" | "email" | "plan" | "workspace"> {
  const chatgpt = account?.type === "chatgpt" ? account : undefined;
  return {
    type: account === null ? null : types[account.type],
    email: chatgpt?.email ?? null,
    plan: chatgpt?.planType ?? null,
    workspace: chatgpt?.workspaceName ?? null,
  };
}

const types: Record<ProtocolAccount["type"], AccountType> = {
  apiKey: "api_key",
  chatgpt: "chatgpt",
  amazonBedrock: "amazon_bedrock",
  gcp: "gcp",
};
