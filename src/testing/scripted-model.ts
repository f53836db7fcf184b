// The scripted model: a Responses API on loopback that plays a script to the real codex.
import { makeCodexHome, removeCodexHome } from "./codex-home.js";
import { scriptedCodexOptions, type CodexOptionsInput, type ScriptedCodexOptions } from "./codex-options.js";
import { ModelRequest, type InputItem, type RawRequest } from "./server/model-request.js";
import { ModelServer } from "./server/model-server.js";
import { RequestWaiters } from "./server/request-waiters.js";
import type { Script } from "./script/script.js";
import { ScriptError } from "./script/script-error.js";
import { ScriptFollower } from "./script/script-follower.js";

export interface ScriptedModelOptions {
  script: Script;
  /** A CODEX_HOME to use. It is not removed. Default: a fresh directory, removed at `close`. */
  codexHome?: string;
  /** Whether the endpoint takes WebSockets. False is a gateway that speaks HTTP only. Default true. */
  websockets?: boolean;
  /** How many requests `requests` keeps, the newest; for thousands of turns. Default: all. */
  keepRequests?: number;
}

export interface WaitOptions {
  /** Default 10,000. */
  timeoutMs?: number;
}

/** A model that plays a script to the real codex. What it was asked is in `requests`. */
export class ScriptedModel {
  /** Every request for a response, in order of arrival; retries are requests of their own. */
  readonly requests: readonly ModelRequest[];
  /** Every other request: the warm-up of a WebSocket, which is answered, and unknown paths, which get a 404. */
  readonly otherRequests: readonly RawRequest[];
  /** The CODEX_HOME of `codexOptions()`. */
  readonly codexHome: string;
  /** The base URL of the scripted Responses API. */
  readonly baseUrl: string;
  readonly #recorder: Recorder;
  readonly #server: ModelServer;
  readonly #ownsHome: boolean;
  #closing: Promise<void> | undefined;

  private constructor(recorder: Recorder, server: ModelServer, home: { path: string; owned: boolean }) {
    this.#recorder = recorder;
    this.#server = server;
    this.#ownsHome = home.owned;
    this.requests = recorder.requests;
    this.otherRequests = recorder.otherRequests;
    this.codexHome = home.path;
    this.baseUrl = server.baseUrl;
  }

  /** Starts a model on a free port of 127.0.0.1. Throws a `ScriptError` when the script is malformed. */
  static async start(script: Script | ScriptedModelOptions): Promise<ScriptedModel> {
    const options = typeof script === "object" && script !== null && "script" in script ? script : { script };
    const recorder = new Recorder(new ScriptFollower(options.script), options.keepRequests ?? Infinity);
    const server = await ModelServer.listen(recorder, { acceptsWebSockets: options.websockets ?? true });
    const owned = options.codexHome === undefined;
    return new ScriptedModel(recorder, server, { path: options.codexHome ?? (await makeCodexHome()), owned });
  }

  /** Options for `new Codex(…)`: this model, a fake key, a CODEX_HOME of its own, and nothing that needs a network. */
  codexOptions(options: CodexOptionsInput = {}): ScriptedCodexOptions {
    return scriptedCodexOptions({ baseUrl: this.baseUrl, codexHome: this.codexHome }, options);
  }

  /** Options for `startThread(…)`: a model that has the tools of the steps, outside a git repository too. */
  threadOptions<Options extends object>(options?: Options): { model: string; skipGitRepoCheck: boolean } & Options {
    // Without options, `Options` is `{}`.
    return { model: "gpt-5.5", skipGitRepoCheck: true, ...(options as Options) };
  }

  /** Waits for the n-th request, counted from 1, or for the first that the predicate takes; earlier ones count. */
  async waitForRequest(
    which: number | ((request: ModelRequest) => boolean),
    { timeoutMs = 10_000 }: WaitOptions = {},
  ): Promise<ModelRequest> {
    const takes = typeof which === "number" ? (request: ModelRequest) => request.number === which : which;
    return this.requests.find(takes) ?? (await this.#recorder.waiters.wait(takes, timeoutMs));
  }

  /** Throws a `ScriptError` when the script ran out, a step threw, or a step was never played. */
  assertDone(): void {
    const problems = this.#recorder.follower.verdict();
    if (problems.length === 0) return;
    throw new ScriptError(`The script was not played as written:\n- ${problems.join("\n- ")}`, problems);
  }

  /** Ends all connections and removes the CODEX_HOME that it made. Close the `Codex` first. Never judges the script. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#recorder.waiters.close();
    await this.#server.close();
    if (this.#ownsHome) await removeCodexHome(this.codexHome);
  }
}

/** Keeps what was asked, and answers by the script. */
class Recorder {
  readonly requests: ModelRequest[] = [];
  readonly otherRequests: RawRequest[] = [];
  readonly waiters = new RequestWaiters();
  readonly follower: ScriptFollower;
  readonly #keep: number;
  #count = 0;

  constructor(follower: ScriptFollower, keep: number) {
    this.follower = follower;
    this.#keep = keep;
  }

  record(raw: RawRequest, earlier: readonly InputItem[]): ModelRequest {
    const request = new ModelRequest(raw, ++this.#count, earlier);
    this.requests.push(request);
    if (this.requests.length > this.#keep) this.requests.shift();
    this.waiters.tell(request);
    return request;
  }

  recordOther(raw: RawRequest): void {
    this.otherRequests.push(raw);
  }

  answer(request: ModelRequest): ReturnType<ScriptFollower["answer"]> {
    return this.follower.answer(request);
  }

  failed(request: ModelRequest, error: unknown): void {
    this.follower.addProblem(`The answer to request ${request.number} could not be played: ${String(error)}`);
  }
}
