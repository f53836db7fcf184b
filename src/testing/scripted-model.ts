// The scripted model: a Responses API on loopback that plays a script to the real codex.
import { makeCodexHome, removeCodexHome } from "./codex-home.js";
import { ModelRequest, type InputItem, type RawRequest } from "./model-request.js";
import { ModelServer } from "./model-server.js";
import { RequestWaiters } from "./request-waiters.js";
import { ScriptError } from "./script-error.js";
import { ScriptFollower, type Script } from "./script.js";

export interface ScriptedModelOptions {
  script: Script;
  /** A CODEX_HOME to use. It is not removed. Default: a fresh temporary directory, removed at `close`. */
  codexHome?: string;
  /** Whether the endpoint takes WebSockets. False is a gateway that speaks HTTP only. Default true. */
  websockets?: boolean;
}

/** Ready options for `new Codex(…)`. */
export interface ScriptedCodexOptions {
  baseUrl: string;
  apiKey: string;
  codexHome: string;
  websockets: boolean;
  config: ScriptedConfig;
  env?: Record<string, string>;
}

/** codex configuration, as in its config.toml. */
export interface ScriptedConfig {
  [key: string]: ScriptedConfigValue;
}
export type ScriptedConfigValue = string | number | boolean | ScriptedConfigValue[] | ScriptedConfig;

export interface CodexOptionsInput {
  /** How often codex retries a request that failed and a stream that broke. Default 0, so that each fault is seen once. */
  retries?: number;
  /** Whether codex speaks WebSocket to the model. Default false. */
  websockets?: boolean;
  /** More configuration. */
  config?: ScriptedConfig;
}

export interface WaitOptions {
  /** Default 10,000. */
  timeoutMs?: number;
}

/** A model that plays a script. Everything it was asked is in `requests`. */
export class ScriptedModel {
  /** Every request for a response, in order of arrival. */
  readonly requests: ModelRequest[] = [];
  /** Every other request: a WebSocket's warm-up, which is answered, and unknown paths, which get a 404. */
  readonly otherRequests: RawRequest[] = [];
  /** The CODEX_HOME of `codexOptions()`. */
  readonly codexHome: string;
  readonly #script: ScriptFollower;
  readonly #waiters = new RequestWaiters();
  readonly #ownsHome: boolean;
  #server: ModelServer | undefined;
  #baseUrl = "";

  private constructor(options: ScriptedModelOptions, codexHome: string) {
    this.#script = new ScriptFollower(options.script);
    this.codexHome = codexHome;
    this.#ownsHome = options.codexHome === undefined;
  }

  /** Starts a model on a free port of 127.0.0.1. Throws a `ScriptError` when the script is malformed. */
  static async start(script: Script | ScriptedModelOptions): Promise<ScriptedModel> {
    const options = typeof script === "object" && "script" in script ? script : { script };
    new ScriptFollower(options.script);
    const model = new ScriptedModel(options, options.codexHome ?? (await makeCodexHome()));
    model.#server = await ModelServer.listen(
      {
        record: (raw, earlier) => model.#record(raw, earlier),
        recordOther: (raw) => model.otherRequests.push(raw),
        answer: (request) => model.#script.answer(request),
      },
      { acceptsWebSockets: options.websockets ?? true },
    );
    model.#baseUrl = model.#server.baseUrl;
    return model;
  }

  /** The base URL of the scripted Responses API. */
  get baseUrl(): string {
    return this.#baseUrl;
  }

  /** Options for `new Codex(…)`: this model, a fake key, and a CODEX_HOME of its own. */
  codexOptions({ retries = 0, websockets = false, config = {} }: CodexOptionsInput = {}): ScriptedCodexOptions {
    const provider = { request_max_retries: retries, stream_max_retries: retries };
    return {
      baseUrl: this.baseUrl,
      apiKey: "sk-fake-scripted-model",
      codexHome: this.codexHome,
      websockets,
      config: { ...config, model_providers: { "codex-sdk": provider } },
      ...directEnvironment(),
    };
  }

  /** Options for `startThread(…)`: a model whose tools the steps know, outside a git repository too. */
  threadOptions<Options extends object>(options?: Options): { model: string; skipGitRepoCheck: boolean } & Options {
    return { model: "gpt-5.5", skipGitRepoCheck: true, ...(options as Options) };
  }

  /** Waits for the n-th request, counted from 1, or for the first that the predicate takes; those already made count. */
  async waitForRequest(
    which: number | ((request: ModelRequest) => boolean),
    { timeoutMs = 10_000 }: WaitOptions = {},
  ): Promise<ModelRequest> {
    const takes = typeof which === "number" ? (request: ModelRequest) => request.number === which : which;
    return this.requests.find(takes) ?? (await this.#waiters.wait(takes, timeoutMs, () => this.requests.length));
  }

  /** Throws a `ScriptError` when the script ran out, a step threw, or a step was never played. */
  assertDone(): void {
    const problems = this.#script.verdict();
    if (problems.length > 0)
      throw new ScriptError(`The script was not played as written:\n- ${problems.join("\n- ")}`, problems);
  }

  /** Ends all connections and removes the CODEX_HOME that it made. Close the `Codex` first. Does not judge the script: see `assertDone`. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    this.#waiters.close();
    await server.close();
    if (this.#ownsHome) await removeCodexHome(this.codexHome);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #record(raw: RawRequest, earlier: readonly InputItem[]): ModelRequest {
    const request = new ModelRequest(raw, this.requests.length + 1, earlier);
    this.requests.push(request);
    this.#waiters.tell(request);
    return request;
  }
}

/** Where the host uses a proxy, the environment in which codex reaches loopback without it. */
function directEnvironment(): { env?: Record<string, string> } {
  const proxied = Object.keys(process.env).some((name) => /^(https?|all)_proxy$/i.test(name));
  if (!proxied) return {};
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const direct = [process.env["NO_PROXY"] ?? process.env["no_proxy"], "127.0.0.1"].filter(Boolean).join(",");
  return { env: { ...Object.fromEntries(own), NO_PROXY: direct, no_proxy: direct } };
}
