// One running app-server: its process, its handshake, its requests, and the dispatch of its messages.
import { asCodexError } from "../../errors/as-codex-error.js";
import { ClosedError, CodexExitedError, OverloadedError, ProtocolError } from "../../errors/errors.js";
import type { CodexError } from "../../errors/errors.js";
import { version } from "../../internal/version.js";
import { CodexProcess } from "../../process/child/codex-process.js";
import type { ExitStatus } from "../../process/child/codex-process.js";
import { exitMessage } from "../../process/child/exit-message.js";
import type { ProtocolMessage } from "../../instruments/observer.js";
import type { Redactor } from "../../process/redaction/redactor.js";
import { toProtocolMessage, trace } from "../../process/redaction/trace.js";
import { JsonRpcPeer } from "./json-rpc/json-rpc-peer.js";
import { RpcError } from "../errors/rpc-error.js";
import { overloadDelayMs, waitUnlessAborted } from "./waiting/backoff.js";
import type { InitializeParams } from "../protocol/InitializeParams.js";
import type { InitializeResponse } from "../protocol/InitializeResponse.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import type { ServerRequest } from "../protocol/ServerRequest.js";
import { toRequestError } from "../errors/request-error.js";
import { UsageMonitor } from "../usage/usage-monitor.js";
import { EarlyWarnings } from "./early-warnings.js";
import { ThreadListeners } from "./thread-listeners.js";
import type { Method, ParamsOf, RequestOptions, ResultOf } from "./json-rpc/methods.js";
import { LoadedThreads } from "./loaded/loaded-threads.js";
import { LostRequests } from "./json-rpc/lost-requests.js";
import { deferred } from "../../internal/deferred.js";
import { threadLimit } from "./loaded/thread-limit.js";
import { thrownBy } from "../../internal/thrown-by.js";
import { whenAborted, within } from "./waiting/time-limit.js";

export interface Launch {
  executablePath: string;
  args: readonly string[];
  env: Record<string, string>;
  /** PATH of the agent's commands, if it differs from that of Codex. */
  commandPath?: string | undefined;
  /** Directories with the files of Codex and of this SDK. */
  programs?: readonly string[] | undefined;
  redactor: Redactor;
  apiKey: string | undefined;
  /** The time between SIGTERM and SIGKILL for processes that Codex leaves behind, in milliseconds. */
  graceMs: number;
  /** How long a thread may be idle before it is unloaded, in milliseconds. */
  threadIdleMs?: number | undefined;
  /** Rejects if the program that was started is not Codex. */
  checkIdentity: () => Promise<undefined>;
  /** Called with every notification. `isHandled` states whether a thread's listener has also received it. */
  onNotification(notification: ServerNotification, isHandled: boolean): void;
  /** Called with every message in both directions. */
  onMessage?: ((make: () => ProtocolMessage) => void) | undefined;
  onClosed(error: CodexError): void;
}

const overloaded = -32001;
const overloadAttempts = 8;
/** Codex keeps an unloaded thread for some time (`thread_unload_delay_secs`), in case it is used again. */
const defaultThreadIdleMs = 5 * 60_000;
const handshakeLimitMs = 60_000;
/** A handshake takes about 0.3 s. */
const identityCheckDelayMs = 5_000;

export class Connection {
  readonly process: CodexProcess;
  /** Settles when Codex and the processes that it left behind have ended. */
  readonly terminated: Promise<void>;
  /** When Codex last sent a line, by `performance.now()`. */
  lastReceivedAt = performance.now();
  /** Whether this Codex has started a turn. */
  hasServed = false;
  readonly threads: LoadedThreads;
  /** The model requests of all threads. */
  readonly usage = new UsageMonitor(async (threadId) => (await this.request("thread/read", { threadId })).thread.path);
  info: InitializeResponse | undefined;
  readonly #peer: JsonRpcPeer;
  readonly #lost = new LostRequests(
    // The protocol's types guarantee this response.
    async () => (await this.#peer.request("server/diagnostics", {})) as ResultOf<"server/diagnostics">,
  );
  readonly listeners = new ThreadListeners();
  readonly earlyWarnings = new EarlyWarnings((warning) => this.#launch.onNotification(warning, false));
  readonly #launch: Launch;
  #retainCount = 0;
  #closedBy: CodexError | undefined;

  /** The environment of Codex. */
  get environment(): Readonly<Record<string, string>> {
    return this.#launch.env;
  }

  /** PATH of the agent's commands; undefined if it is that of Codex. */
  get programs(): readonly string[] {
    return this.#launch.programs ?? [];
  }

  get commandPath(): string | undefined {
    return this.#launch.commandPath;
  }

  /** `signal` aborts when the connection is no longer needed. */
  static async open(launch: Launch, signal: AbortSignal): Promise<Connection> {
    const connection = new Connection(launch);
    const release = connection.retain();
    try {
      const abandoned = whenAborted(signal).then(() => Promise.reject(abandonedError()));
      await Promise.race([connection.#handshake(), abandoned]);
      return connection;
    } catch (error) {
      connection.#close(startError(error));
      await connection.process.terminate(signal.aborted ? launch.graceMs : 0);
      throw connection.#closedBy ?? error;
    } finally {
      release();
    }
  }

  private constructor(launch: Launch) {
    this.#launch = launch;
    this.#peer = new JsonRpcPeer({
      send: (line) => {
        launch.onMessage?.(() => toProtocolMessage("sent", line, launch.redactor));
        this.process.write(`${line}\n`);
      },
      onNotification: (method, params) => this.#dispatch({ method, params } as ServerNotification),
      onRequest: (method, params, id) => this.listeners.respond({ method, params, id } as ServerRequest),
      onUnreadable: (line) => trace("--", `not a message: ${line}`, launch.redactor),
    });
    this.process = CodexProcess.start({
      executablePath: launch.executablePath,
      args: launch.args,
      env: launch.env,
      redactor: launch.redactor,
      onLine: (line) => {
        this.lastReceivedAt = performance.now();
        launch.onMessage?.(() => toProtocolMessage("received", line, launch.redactor));
        this.#peer.readLine(line);
      },
      onOverflow: (bytes) => {
        this.#close(new ProtocolError(`Codex sent a line of more than ${bytes} bytes, which is over the limit.`));
        void this.process.terminate(0);
      },
    });
    this.process.unref();
    this.threads = new LoadedThreads({
      idleMs: launch.threadIdleMs ?? defaultThreadIdleMs,
      limit: threadLimit(this.process.pid),
      // A command that the agent left running would end with its thread.
      hasNoRunningWork: async (threadId) =>
        (await this.request("thread/backgroundTerminals/list", { threadId })).data.length === 0,
      unload: async (threadId) => void (await this.request("thread/unsubscribe", { threadId })),
    });
    this.process.spawned.catch((error: unknown) => this.#close(startError(error)));
    void this.process.outputEndedEarly().then((error) => this.#onOutputEnd(error));
    this.terminated = this.process.exited.then(async (status) => {
      this.#close(launch.redactor.redactError(exitedError(status)));
      // A killed Codex leaves its commands behind.
      await this.process.terminate(launch.graceMs);
    });
  }

  get isOpen(): boolean {
    return this.#closedBy === undefined && !this.process.hasEnded;
  }

  /** Keeps the host alive until the returned function is called. */
  retain(): () => void {
    this.#retainCount += 1;
    if (this.#retainCount === 1) this.process.ref();
    let isRetained = true;
    return () => {
      if (!isRetained) return;
      isRetained = false;
      this.#retainCount -= 1;
      if (this.#retainCount === 0) this.process.unref();
    };
  }

  /** Sends a request. Retries it with a delay while Codex is overloaded. */
  async request<M extends Method>(
    method: M,
    params: ParamsOf<M>,
    options: RequestOptions<ResultOf<M>> = {},
  ): Promise<ResultOf<M>> {
    const release = this.retain();
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          // The generated types guarantee that this method returns this result.
          const onResult = options.onResult as ((result: unknown) => void) | undefined;
          const answer = this.#peer.request(method, params, onResult, options.trace);
          return (await this.#unlessLost(method, answer)) as ResultOf<M>;
        } catch (error) {
          if (!(error instanceof RpcError) || error.code !== overloaded) throw this.redactError(error);
          if (attempt === overloadAttempts) {
            throw new OverloadedError(
              `Codex is overloaded and rejected "${method}" ${attempt} times. Try again later.`,
              {
                cause: error,
              },
            );
          }
          await waitUnlessAborted(overloadDelayMs(attempt), options.signal);
        }
      }
    } finally {
      release();
    }
  }

  /** Rejects if the response is lost although Codex still responds to other requests. */
  async #unlessLost(method: string, answer: Promise<unknown>): Promise<unknown> {
    const lost = deferred<never>();
    const untrack = this.#lost.track({ method, fail: (error) => lost.reject(error) });
    try {
      return await Promise.race([answer, lost.promise]);
    } finally {
      untrack();
    }
  }

  /** Removes secrets from the text. */
  redact(text: string): string {
    return this.#launch.redactor.redact(text);
  }

  /** Removes secrets from a message, and cuts a long one. */
  redactMessage(text: string): string {
    return this.#launch.redactor.redactMessage(text);
  }

  /** Ends Codex and all processes that it started. */
  async close(graceMs: number, reason: CodexError): Promise<ExitStatus> {
    this.#close(reason);
    return this.process.terminate(graceMs);
  }

  async #handshake(): Promise<void> {
    const params: InitializeParams = {
      clientInfo: { name: "codex-sdk", title: "codex-sdk for TypeScript", version },
      capabilities: {
        experimentalApi: true,
        requestAttestation: false,
        optOutNotificationMethods: unusedNotifications,
      },
    };
    await this.process.spawned;
    const answer = this.request("initialize", params);
    answer.catch(() => undefined);
    // A program that is not Codex may never respond.
    await within(
      identityCheckDelayMs,
      answer.catch(() => undefined),
      this.#launch.checkIdentity,
    );
    this.info = await within(handshakeLimitMs, answer, () => {
      throw new ProtocolError(`Codex did not answer its handshake within ${handshakeLimitMs} ms and was ended.`);
    });
    this.#peer.notify("initialized");
    if (this.#launch.apiKey !== undefined) {
      await this.request("account/login/start", { type: "apiKey", apiKey: this.#launch.apiKey });
    }
  }

  /** A Codex whose output has ended can no longer be used. */
  async #onOutputEnd(error: CodexError): Promise<void> {
    this.#close(error);
    await this.process.terminate(this.#launch.graceMs);
  }

  #dispatch(notification: ServerNotification): void {
    if (notification.method === "thread/closed") this.threads.remove(notification.params.threadId);
    const unreadable = thrownBy(() => this.usage.read(notification));
    const listener = this.listeners.of(notification);
    if (unreadable !== undefined) listener?.onUnreadable?.(notification.method, unreadable);
    listener?.onNotification(notification);
    const isHandled = listener !== undefined || this.earlyWarnings.hold(notification);
    this.#launch.onNotification(notification, isHandled);
  }

  /** Redacts an error after its classification. An `RpcError` keeps Codex's original message for classification. */
  redactError<Thrown>(error: Thrown): Thrown {
    return this.#launch.redactor.redactError(error);
  }

  #close(error: CodexError): void {
    if (this.#closedBy) return;
    this.#closedBy = error;
    this.#peer.close(error);
    this.threads.clear();
    this.listeners.close(error);
    this.#launch.onClosed(error);
  }
}

/** Notifications that this SDK does not use. */
const unusedNotifications = ["remoteControl/status/changed", "thread/readState/changed", "rawResponseItem/completed"];

function exitedError(status: ExitStatus): CodexExitedError {
  return new CodexExitedError(
    exitMessage(status, (how) => `Codex ${how}`),
    status,
  );
}

function abandonedError(): CodexError {
  return new ClosedError("The start of Codex was cancelled.");
}

function startError(error: unknown): CodexError {
  return asCodexError(toRequestError(error), "Codex could not be started");
}
