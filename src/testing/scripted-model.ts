// The scripted model: a Responses API on loopback that plays a script for the real Codex.
import { makePrivateDirectory, removePrivateDirectory } from "../internal/private-directory.js";
import { scriptedCodexOptions, type CodexOptionsInput, type ScriptedCodexOptions } from "./codex-options.js";
import { ModelRequest, type InputItem, type RawRequest } from "./server/model-request.js";
import { fail } from "./server/faults.js";
import { ModelServer } from "./server/model-server.js";
import type { RequestHandler } from "./server/respond-to.js";
import { rejectionOf } from "./server/public-api.js";
import { RequestWaiters } from "./server/request-waiters.js";
import type { Script } from "./script/script.js";
import { ScriptError } from "./script/script-error.js";
import { ScriptFollower } from "./script/script-follower.js";

export interface ScriptedModelOptions {
  script: Script;
  /** A CODEX_HOME to use. It is not removed. @defaultValue a new directory, removed at `close` */
  codexHome?: string;
  /** Whether the endpoint supports WebSockets. False acts as a gateway that supports only HTTP. @defaultValue true */
  websockets?: boolean;
  /**
   * Whether the endpoint implements only the public Responses API, and rejects fields and items that are not part of it
   * with 400. Such a gateway does not compact on the server. @defaultValue false
   */
  strict?: boolean;
  /** The maximum number of requests that `requests` contains: the newest ones. For thousands of turns. @defaultValue all */
  keepRequests?: number;
}

export interface WaitOptions {
  /** @defaultValue 10,000 */
  timeoutMs?: number;
}

/** A scripted model for the real Codex. `requests` records the requests of Codex. */
export class ScriptedModel {
  /** The CODEX_HOME of `codexOptions()`. */
  readonly codexHome: string;
  /** The base URL of the scripted Responses API. */
  readonly baseUrl: string;
  readonly #playbacks: Playbacks;
  readonly #server: ModelServer;
  readonly #ownsHome: boolean;
  #closing: Promise<void> | undefined;

  private constructor(plays: Playbacks, server: ModelServer, home: { path: string; owned: boolean }) {
    this.#playbacks = plays;
    this.#server = server;
    this.#ownsHome = home.owned;
    this.codexHome = home.path;
    this.baseUrl = server.baseUrl;
  }

  /** Starts a model on a free port of 127.0.0.1. Throws `ScriptError` if the script is malformed. */
  static async start(script: Script | ScriptedModelOptions): Promise<ScriptedModel> {
    const options = typeof script === "object" && script !== null && "script" in script ? script : { script };
    const plays = new Playbacks(options.script, options.keepRequests ?? Infinity, options.strict ?? false);
    const server = await ModelServer.listen(plays, { acceptsWebSockets: options.websockets ?? true });
    const owned = options.codexHome === undefined;
    return new ScriptedModel(plays, server, { path: options.codexHome ?? makePrivateDirectory("codex-home-"), owned });
  }

  /** Every request for a response since `start` or `play`, in order of arrival. Retries are separate requests. */
  get requests(): readonly ModelRequest[] {
    return this.#playbacks.current.requests;
  }

  /** All other requests: the warm-up of a WebSocket, which is answered, and unknown paths, which get a 404. */
  get otherRequests(): readonly RawRequest[] {
    return this.#playbacks.current.otherRequests;
  }

  /**
   * Replaces the script. `requests` starts again, empty and numbered from 1, so that several tests can share one model and
   * one warm `Codex`. Wait for the turns of the earlier script first.
   * @throws ScriptError if the script is malformed.
   */
  play(script: Script): void {
    this.#playbacks.start(script);
  }

  /** Options for `new Codex(…)`: this model, a fake key, a separate CODEX_HOME, and no features that require a network. */
  codexOptions(options: CodexOptionsInput = {}): ScriptedCodexOptions {
    return scriptedCodexOptions({ baseUrl: this.baseUrl, codexHome: this.codexHome }, options);
  }

  /** Options for `startThread(…)`: a model with the tools of the steps, also outside a git repository. */
  threadOptions<Options extends object>(options?: Options): { model: string; skipGitRepoCheck: boolean } & Options {
    // Without options, `Options` is `{}`.
    return { model: "gpt-5.5", skipGitRepoCheck: true, ...(options as Options) };
  }

  /** Waits for the n-th request, starting at 1, or for the first one that the predicate accepts. Includes earlier requests. */
  async waitForRequest(
    selector: number | ((request: ModelRequest) => boolean),
    { timeoutMs = 10_000 }: WaitOptions = {},
  ): Promise<ModelRequest> {
    const takes = typeof selector === "number" ? (request: ModelRequest) => request.number === selector : selector;
    return this.requests.find(takes) ?? (await this.#playbacks.current.waiters.wait(takes, timeoutMs));
  }

  /** Throws `ScriptError` if a step was missing, threw, or was never played. */
  assertDone(): void {
    const problems = this.#playbacks.current.follower.allProblems();
    if (problems.length === 0) return;
    throw new ScriptError(`The script was not played as written:\n- ${problems.join("\n- ")}`, problems);
  }

  /** Ends all connections and removes the CODEX_HOME that it created. Close the `Codex` first. Does not check the script. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#playbacks.current.waiters.close("The scripted model was closed before the awaited request arrived.");
    await this.#server.close();
    if (this.#ownsHome) await removePrivateDirectory(this.codexHome);
  }
}

/** The requests of one script, and the position in it. */
class Playback {
  readonly requests: ModelRequest[] = [];
  readonly otherRequests: RawRequest[] = [];
  readonly waiters = new RequestWaiters();
  readonly follower: ScriptFollower;
  #count = 0;

  constructor(script: Script) {
    this.follower = new ScriptFollower(script);
  }

  record(raw: RawRequest, earlier: readonly InputItem[], keep: number): ModelRequest {
    const request = new ModelRequest(raw, ++this.#count, earlier);
    this.requests.push(request);
    if (this.requests.length > keep) this.requests.shift();
    this.waiters.notify(request);
    return request;
  }
}

/** Answers each request from the script that was current when the request arrived. */
class Playbacks implements RequestHandler {
  current: Playback;
  readonly #keep: number;
  readonly #isStrict: boolean;
  readonly #playbackOf = new WeakMap<ModelRequest, Playback>();

  constructor(script: Script, keep: number, isStrict: boolean) {
    this.current = new Playback(script);
    this.#keep = keep;
    this.#isStrict = isStrict;
  }

  start(script: Script): void {
    const next = new Playback(script);
    this.current.waiters.close("Another script was started before the awaited request arrived.");
    this.current = next;
  }

  record(raw: RawRequest, earlier: readonly InputItem[]): ModelRequest {
    const request = this.current.record(raw, earlier, this.#keep);
    this.#playbackOf.set(request, this.current);
    return request;
  }

  recordOther(raw: RawRequest): void {
    this.current.otherRequests.push(raw);
  }

  async answer(request: ModelRequest): ReturnType<ScriptFollower["answer"]> {
    const message = this.#isStrict ? rejectionOf(request) : undefined;
    if (message !== undefined) return fail(400, { message, type: "invalid_request_error" });
    return this.#of(request).follower.answer(request);
  }

  failed(request: ModelRequest, error: unknown): void {
    this.#of(request).follower.addProblem(
      `The answer to request ${request.number} could not be played: ${String(error)}`,
    );
  }

  #of(request: ModelRequest): Playback {
    return this.#playbackOf.get(request) ?? this.current;
  }
}
