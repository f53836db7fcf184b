// A login: started by a request; ended by a notification, by `cancel()`, or by the exit of Codex.
import type { Login, LoginRequest } from "../../account/account.js";
import { deferred } from "../../internal/deferred.js";
import { CodexExitedError, UnauthorizedError } from "../../errors/errors.js";
import type { CodexError } from "../../errors/errors.js";
import type { AppServer } from "../connection/app-server.js";
import type { Connection } from "../connection/connection.js";
import { RpcError } from "../errors/rpc-error.js";
import type { LoginAccountParams } from "../protocol/v2/LoginAccountParams.js";
import type { LoginAccountResponse } from "../protocol/v2/LoginAccountResponse.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import { toRequestError } from "../errors/request-error.js";

export async function startLogin(server: AppServer, connection: Connection, request: LoginRequest): Promise<Login> {
  // The response to a fast login may be read together with its end.
  const early: ServerNotification[] = [];
  const collect = (notification: ServerNotification) => void early.push(notification);
  server.observers.add(collect);
  try {
    const started = await connection.request("account/login/start", toParams(request));
    if (!("loginId" in started)) return finishedLogin;
    const login = new RunningLogin(server, connection, started);
    for (const notification of early) login.onNotification(notification);
    return login;
  } catch (error) {
    throw asLoginError(error);
  } finally {
    server.observers.delete(collect);
  }
}

type Started = Extract<LoginAccountResponse, { loginId: string }>;

class RunningLogin implements Login {
  readonly id: string;
  readonly url: string;
  readonly userCode: string | null;
  readonly #server: AppServer;
  readonly #connection: Connection;
  readonly #loginCompleted = deferred<void>();
  readonly #observer = (notification: ServerNotification) => this.onNotification(notification);

  constructor(server: AppServer, connection: Connection, started: Started) {
    this.id = started.loginId;
    this.url = started.type === "chatgpt" ? started.authUrl : started.verificationUrl;
    this.userCode = started.type === "chatgpt" ? null : started.userCode;
    this.#server = server;
    this.#connection = connection;
    server.observers.add(this.#observer);
    void connection.process.exited.then((status) => {
      this.#fail(new CodexExitedError("Codex exited before the login was completed. Start the login again.", status));
    });
    // Prevents an unhandled rejection if the caller does not wait for the login.
    this.#loginCompleted.promise.catch(() => undefined);
  }

  async wait(): Promise<void> {
    const release = this.#connection.retain();
    try {
      await this.#loginCompleted.promise;
    } finally {
      release();
    }
  }

  async cancel(): Promise<void> {
    try {
      if (this.#connection.isOpen) await this.#connection.request("account/login/cancel", { loginId: this.id });
    } catch (error) {
      // If Codex has exited, the login has ended too.
      if (error instanceof RpcError) throw toRequestError(error);
    }
    this.#fail(new UnauthorizedError("The login was cancelled."));
  }

  onNotification({ method, params }: ServerNotification): void {
    if (method !== "account/login/completed" || params.loginId !== this.id) return;
    if (!params.success)
      return this.#fail(new UnauthorizedError(`The login failed: ${params.error ?? "Codex did not give a reason"}.`));
    this.#removeListener();
    this.#loginCompleted.resolve();
  }

  #fail(error: CodexError): void {
    this.#removeListener();
    this.#loginCompleted.reject(error);
  }

  #removeListener(): void {
    this.#server.observers.delete(this.#observer);
  }
}

/** Codex does not verify a key until it is used. */
const finishedLogin: Login = {
  id: null,
  url: null,
  userCode: null,
  wait: () => Promise.resolve(),
  cancel: () => Promise.resolve(),
};

function toParams(request: LoginRequest): LoginAccountParams {
  switch (request.type) {
    case "chatgpt":
      return { type: "chatgpt" };
    case "device_code":
      return { type: "chatgptDeviceCode" };
    case "api_key":
      return { type: "apiKey", apiKey: request.apiKey.trim() };
  }
}

function asLoginError(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  return new UnauthorizedError(`Codex could not start the login: ${error.message}`, { cause: error });
}
