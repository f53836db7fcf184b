// The app-server process of one `Codex`: started when needed, restarted after a crash, ended by `close()`.
import { setImmediate } from "node:timers/promises";
import { CodexExitedError } from "../../errors/errors.js";
import { configurationError, requestProblem } from "../../errors/codex-messages.js";
import { causeIn } from "../../process/child/stderr-cause.js";
import { exitMessage } from "../../process/child/exit-message.js";
import { overloadDelayMs, waitUnlessAborted } from "./waiting/backoff.js";
import type { Connection } from "./connection.js";
import type { Preparation } from "./launch.js";
import type { ProtocolMessage } from "../../instruments/observer.js";
import { limitReset } from "../errors/limit-reset.js";
import { SharedStart } from "./waiting/shared-start.js";
import { closedError, Closing } from "../../transport/closing.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";

export interface AppServerOptions {
  /** Finds the binary and prepares its arguments and environment. Runs once for each start. */
  prepare(): Promise<Preparation>;
  shutdownGraceMs: number;
  /** Called each time Codex was started. */
  onStart?: (() => void) | undefined;
  /** Receives every message between the SDK and Codex. */
  onMessage?: ((make: () => ProtocolMessage) => void) | undefined;
  /** How long a thread may be idle before Codex unloads it, in milliseconds. @defaultValue 5 minutes */
  threadIdleMs?: number | undefined;
}

const startAttempts = 3;

export class AppServer {
  readonly shutdownGraceMs: number;
  /** Listeners for every notification. `isHandled` states whether a turn has also received it. */
  readonly observers = new Set<(notification: ServerNotification, isHandled: boolean) => void>();
  /** When the account's exhausted limit resets, if Codex has reported it. */
  limitResetsAt: Date | undefined;
  readonly #options: AppServerOptions;
  readonly #open = new Set<Connection>();
  readonly #starts = new Set<SharedStart<Connection>>();
  #starting: SharedStart<Connection> | undefined;
  #connection: Connection | undefined;
  readonly closing = new Closing();
  #closed: Promise<void> | undefined;

  constructor(options: AppServerOptions) {
    this.#options = options;
    this.shutdownGraceMs = options.shutdownGraceMs;
  }

  /** Returns the running connection, or opens one. Rejects with the reason of `signal` if it aborts. */
  async connect(signal?: AbortSignal): Promise<Connection> {
    // The end of a Codex that was just killed is reported in the next iteration of the event loop.
    if (this.#connection) await setImmediate();
    if (this.closing.isClosed) throw closedError();
    if (this.#connection?.isOpen) return this.#connection;
    this.#starting ??= this.#newStart();
    return this.#starting.wait(signal);
  }

  close(): Promise<void> {
    this.closing.close();
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    await Promise.all([...this.#starts].map((start) => start.abandon()));
    const reason = closedError();
    await Promise.all([...this.#open].map((connection) => connection.close(this.shutdownGraceMs, reason)));
    this.observers.clear();
  }

  #newStart(): SharedStart<Connection> {
    const start = new SharedStart(
      (signal) => this.#start(signal),
      () => this.#removeWaiter(start),
    );
    this.#starts.add(start);
    const done = start.result.catch(() => undefined);
    void done.then(() => {
      this.#removeWaiter(start);
      this.#starts.delete(start);
    });
    return start;
  }

  /** The next call of `connect` starts another Codex. */
  #removeWaiter(start: SharedStart<Connection>): void {
    if (this.#starting === start) this.#starting = undefined;
  }

  /** Restarts Codex if it exits during its handshake, up to `startAttempts` times, unless it was killed. */
  async #start(signal: AbortSignal): Promise<Connection> {
    for (let attempt = 1; ; attempt++) {
      try {
        const connection = await this.#openConnection(signal);
        if (!this.closing.isClosed) return connection;
        await connection.close(this.shutdownGraceMs, closedError());
        throw closedError();
      } catch (error) {
        if (!(error instanceof CodexExitedError) || error.signal !== null || this.closing.isClosed) throw error;
        const cause = causeIn(error.stderr);
        if (requestProblem(cause) === "invalid_configuration") throw configurationError(cause, { cause: error });
        if (attempt === 1) await this.#assertCodex();
        if (attempt === startAttempts) {
          const message = exitMessage(
            error,
            (how) => `Codex could not be started: it ${how}, ${attempt} times in a row`,
          );
          throw new CodexExitedError(message, error, { cause: error });
        }
        await waitUnlessAborted(overloadDelayMs(attempt), signal);
      }
    }
  }

  async #openConnection(signal: AbortSignal): Promise<Connection> {
    const [launch, { Connection }] = await Promise.all([this.#options.prepare(), import("./connection.js")]);
    const opened: { connection?: Connection } = {};
    const details = {
      ...launch,
      graceMs: this.shutdownGraceMs,
      threadIdleMs: this.#options.threadIdleMs,
      onMessage: this.#options.onMessage,
      checkIdentity: () => this.#assertCodex(),
      onNotification: (notification: ServerNotification, isHandled: boolean) => this.#observe(notification, isHandled),
      onClosed: () => {
        if (opened.connection) this.#removeConnection(opened.connection);
      },
    };
    const connection = await Connection.open(details, signal);
    opened.connection = connection;
    if (connection.isOpen) {
      this.#open.add(connection);
      this.#connection = connection;
      this.#options.onStart?.();
    }
    return connection;
  }

  async #assertCodex(): Promise<undefined> {
    const { executablePath, prefixArgs, env } = await this.#options.prepare();
    const { notCodexError } = await import("../../process/locate/identify.js");
    const error = await notCodexError({ executablePath, prefixArgs, env });
    if (error) throw error;
  }

  #removeConnection(connection: Connection): void {
    if (this.#connection === connection) this.#connection = undefined;
    // `close` waits for a process that has not exited yet.
    void connection.terminated.then(() => this.#open.delete(connection));
  }

  #observe(notification: ServerNotification, isHandled: boolean): void {
    if (notification.method === "account/rateLimits/updated") {
      this.limitResetsAt = limitReset(notification.params.rateLimits);
    }
    for (const observer of this.observers) observer(notification, isHandled);
  }
}
