// Records the traffic between Codex and a real endpoint, and replays it in tests.
import { access } from "node:fs/promises";
import path from "node:path";
import type { ServerResponse } from "node:http";
import { codexVersion } from "../../internal/version.js";
import { makePrivateDirectory, removePrivateDirectory } from "../../internal/private-directory.js";
import { scriptedCodexOptions, type CodexOptionsInput, type ScriptedCodexOptions } from "../codex-options.js";
import { basePath, LoopbackServer } from "../server/loopback-server.js";
import type { ReceivedRequest } from "../server/loopback-server.js";
import { ModelRequest } from "../server/model-request.js";
import { parsedBody } from "../server/respond-to.js";
import { fileVersion, readCassette, writeCassette } from "./cassette.js";
import type { Upstream } from "./cassette.js";
import { CassetteError } from "./cassette-error.js";
import { normaliseEvents, normaliseHeaders } from "./clean-response.js";
import { normaliseText } from "./normalise.js";
import type { Normaliser } from "./normalise.js";
import { placeholdersOf } from "./placeholders.js";
import { CassettePlayer } from "./player.js";
import { CassetteRecorder } from "./recorder.js";
import { encodedForms } from "./secret-patterns.js";
import { replay } from "./replay.js";
import { shapeOf } from "./request-shape.js";
import type { RequestShape } from "./request-shape.js";
import { forward } from "./upstream.js";

export interface RecordModelOptions {
  /** Path of the cassette, a JSON file. Commit it together with the test. */
  cassette: string;
  /**
   * `record` sends requests to the upstream endpoint and writes the cassette at `close()`. `replay` does not use the network.
   * `auto` replays in CI and if the cassette exists, and records otherwise.
   * @defaultValue `auto`
   */
  mode?: "auto" | "record" | "replay" | undefined;
  /** The endpoint to record. Required for recording. */
  upstream?: Upstream | undefined;
  /**
   * Whether a request must contain the recorded outputs of commands and tools. They often differ between machines.
   * @defaultValue `ignore`
   */
  outputs?: "ignore" | "match" | undefined;
  /**
   * How fast recorded events are sent: immediately, or with the recorded pauses.
   * @defaultValue `instant`
   */
  speed?: "instant" | "recorded" | undefined;
  /** Additional texts that must not be in the cassette. They are replaced by `[redacted]`. */
  secrets?: readonly string[] | undefined;
  /** A CODEX_HOME to use. It is not removed. @defaultValue a new directory, removed at `close()` */
  codexHome?: string | undefined;
}

/**
 * Starts an endpoint on loopback that records or replays.
 * @throws CassetteError if a cassette cannot be read, if it is required for replaying and missing, or if `upstream` is
 * required for recording and missing; TypeError for an unknown option or an invalid value.
 */
export async function recordModel(options: RecordModelOptions): Promise<RecordedModel> {
  checkOptions(options);
  const file = path.resolve(options.cassette);
  const mode = await chooseMode(file, options);
  const codexHome = options.codexHome ?? makePrivateDirectory("codex-home-");
  try {
    return await RecordedModel.start(file, mode, { ...options, codexHome }, options.codexHome === undefined);
  } catch (error) {
    if (options.codexHome === undefined) await removePrivateDirectory(codexHome);
    throw error;
  }
}

type Settings = RecordModelOptions & { codexHome: string };

/** A model that records or replays. Created by `recordModel`. */
export class RecordedModel {
  /** The mode; `auto` is resolved. */
  readonly mode: "record" | "replay";
  /** The base URL of the endpoint on loopback. */
  readonly baseUrl: string;
  /** The CODEX_HOME of `codexOptions()`. */
  readonly codexHome: string;
  /** Possible reasons why a replay may differ, such as another Codex version. */
  readonly warnings: readonly string[];
  readonly #session: Session;
  readonly #server: LoopbackServer;
  readonly #ownsHome: boolean;
  #closing: Promise<void> | undefined;

  private constructor(session: Session, server: LoopbackServer, ownsHome: boolean) {
    this.mode = session.mode;
    this.baseUrl = server.baseUrl;
    this.codexHome = session.settings.codexHome;
    this.warnings = session.warnings;
    this.#session = session;
    this.#server = server;
    this.#ownsHome = ownsHome;
  }

  /** @internal */
  static async start(
    file: string,
    mode: "record" | "replay",
    settings: Settings,
    ownsHome: boolean,
  ): Promise<RecordedModel> {
    const session = new Session(file, mode, settings);
    await session.open();
    const server = await LoopbackServer.listen({
      serve: (request, response) => session.answer(request, response),
      onFailure: (error) => session.failures.push(error),
    });
    return new RecordedModel(session, server, ownsHome);
  }

  /** Options for `new Codex(…)`: this endpoint, a fake key, and a separate CODEX_HOME. */
  codexOptions(options: CodexOptionsInput = {}): ScriptedCodexOptions {
    const endpoint = { baseUrl: this.baseUrl, codexHome: this.codexHome };
    return { ...scriptedCodexOptions(endpoint, { ...options, websockets: false }), apiKey: "sk-fake-recorded-model" };
  }

  /** Options for `startThread(…)`. The model is part of every request: set it when you record. */
  threadOptions<Options extends object>(options?: Options): { model: string; skipGitRepoCheck: boolean } & Options {
    // Without options, `Options` is `{}`.
    return { model: "gpt-5.5", skipGitRepoCheck: true, ...(options as Options) };
  }

  /** @throws CassetteError if Codex did not send all recorded requests, or sent others. */
  assertDone(): void {
    const problems = this.#session.problems();
    if (problems.length > 0) {
      throw new CassetteError(`The cassette was not replayed as recorded:\n- ${problems.join("\n- ")}`);
    }
  }

  /**
   * Ends the endpoint, and writes the cassette after recording. Close the `Codex` first.
   * @throws CassetteError if a text in the recording looks like a secret, or the file cannot be written.
   */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    try {
      await this.#server.close();
      await this.#server.settled();
      await this.#session.save();
    } finally {
      if (this.#ownsHome) await removePrivateDirectory(this.codexHome);
    }
  }
}

/** The state of a running `RecordedModel`. */
class Session {
  readonly mode: "record" | "replay";
  readonly settings: Settings;
  readonly warnings: string[] = [];
  readonly failures: unknown[] = [];
  readonly #misses: string[] = [];
  readonly #file: string;
  readonly #recorder = new CassetteRecorder();
  #player: CassettePlayer | undefined;
  /** The version of the file before the recording. */
  #before: string | undefined;
  #requests = 0;

  constructor(file: string, mode: "record" | "replay", settings: Settings) {
    this.#file = file;
    this.mode = mode;
    this.settings = settings;
  }

  async open(): Promise<void> {
    this.#before = await fileVersion(this.#file);
    if (this.mode === "record") return;
    const cassette = await readCassette(this.#file);
    if (!cassette) throw new CassetteError(`The cassette does not exist: ${this.#file}. Record it with mode "record".`);
    const isSameVersion = cassette.codexVersion === codexVersion;
    this.#player = new CassettePlayer(cassette, {
      outputs: this.settings.outputs ?? "ignore",
      instructions: isSameVersion,
    });
    if (isSameVersion) return;
    const warning = `The cassette was recorded with Codex ${cassette.codexVersion}, and is replayed with ${codexVersion}: ${this.#file}.`;
    this.warnings.push(`${warning} Instructions and tools are not compared. Record it again to compare them.`);
    process.emitWarning(warning, { code: "CODEX_SDK_CASSETTE_VERSION" });
  }

  async answer({ message, body }: ReceivedRequest, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "", headers } = message;
    const request = new ModelRequest({ kind: "http", method, url, headers, body: parsedBody(body) }, ++this.#requests);
    const normaliser = this.#normaliserFor(request);
    const shape = shapeOf(request, normaliser, basePath);
    if (this.#player) return this.#replay(shape, normaliser, response);
    const upstream = this.settings.upstream;
    if (!upstream)
      throw new CassetteError("Recording requires `upstream`. Pass the `baseUrl` and `apiKey` of the endpoint.");
    const recording = this.#recorder.begin(shape);
    const path = url.startsWith(basePath) ? url.slice(basePath.length) : url;
    const answer = await forward({ method, path, headers, body }, upstream, response).catch((error: unknown) => {
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      // Codex closed the connection, so this is not an error of the endpoint.
      if (!response.destroyed) recording.fail(normaliseText(reason, normaliser));
      refuse(response, 502, `recordModel cannot reach the upstream endpoint: ${reason}`);
    });
    if (!answer) return;
    recording.finish({
      status: answer.status,
      headers: normaliseHeaders(answer.headers, normaliser),
      ...(answer.events === undefined
        ? { body: normaliseText(answer.body, normaliser) }
        : { events: normaliseEvents(answer.events, normaliser) }),
      ...(answer.ending !== undefined && { ending: answer.ending }),
    });
  }

  problems(): string[] {
    return [
      ...this.#misses,
      ...this.failures.map(String),
      ...(this.#player?.unplayed() ?? []).map((each) => `Recorded, but not requested: ${each}`),
    ];
  }

  async save(): Promise<void> {
    if (this.mode === "replay") return;
    const cassette = this.#recorder.cassette(this.#file);
    // If Codex did not send a request, an empty cassette must not be written, because later runs would replay it.
    if (cassette.interactions.length > 0) await writeCassette(this.#file, cassette, this.#before);
  }

  async #replay(shape: RequestShape, normaliser: Normaliser, response: ServerResponse): Promise<void> {
    const found = this.#player?.find(shape) ?? { miss: "" };
    if ("response" in found) {
      return replay(found.response, normaliser.placeholders, this.settings.speed ?? "instant", response).catch(
        () => undefined,
      );
    }
    const miss = `The cassette has no response for this request: ${this.#file}\n${found.miss}\nRecord it again with mode "record" if the change is intended.`;
    this.#misses.push(miss);
    // Codex neither retries nor hides a 400.
    refuse(response, 400, miss);
  }

  #normaliserFor(request: ModelRequest): Normaliser {
    const { upstream, secrets = [], codexHome } = this.settings;
    const own = [upstream?.apiKey, ...Object.values(upstream?.headers ?? {}), ...secrets];
    const known = own.filter((secret): secret is string => secret !== undefined && secret.length >= 6);
    const forms = known.flatMap(encodedForms).toSorted((a, b) => b.length - a.length);
    return { placeholders: placeholdersOf(request, codexHome), secrets: forms };
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { message, type: "invalid_request_error" } }));
}

async function chooseMode(file: string, { mode = "auto", upstream }: RecordModelOptions): Promise<"record" | "replay"> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  const isCi = !["", "0", "false", undefined].includes(process.env["CI"]);
  const chosen = mode === "auto" ? (exists || isCi ? "replay" : "record") : mode;
  if (chosen === "replay" && !exists) {
    const why = mode === "auto" ? ' (mode "auto" replays in CI)' : "";
    throw new CassetteError(`The cassette does not exist${why}: ${file}. Record it with mode "record" and commit it.`);
  }
  if (chosen === "record" && !upstream) {
    const why = mode === "record" ? "Recording needs an endpoint" : "The cassette does not exist";
    throw new CassetteError(`${why}: ${file}. Set \`upstream\` to record it.`);
  }
  return chosen;
}

const known = new Set(["cassette", "mode", "upstream", "outputs", "speed", "secrets", "codexHome"]);

function checkOptions(options: RecordModelOptions): void {
  const optionError = (what: string) => new TypeError(`recordModel: ${what}`);
  const unknown = Object.keys(Object(options) as object).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw optionError(`"${unknown}" is not an option. The options are ${[...known].join(", ")}.`);
  // JavaScript callers may pass no options.
  const { cassette } = Object(options) as Partial<RecordModelOptions>;
  if (typeof cassette !== "string" || cassette === "") throw optionError("`cassette` must be a path.");
  const oneOf = (name: "mode" | "outputs" | "speed", ...values: string[]) => {
    const value = options[name];
    if (value !== undefined && !values.includes(value))
      throw optionError(`\`${name}\` must be one of ${values.join(", ")}.`);
  };
  oneOf("mode", "auto", "record", "replay");
  oneOf("outputs", "ignore", "match");
  oneOf("speed", "instant", "recorded");
  const baseUrl = options.upstream?.baseUrl;
  const { secrets = [] } = options;
  if (!Array.isArray(secrets) || !secrets.every((secret) => typeof secret === "string"))
    throw optionError("`secrets` must be a list of texts.");
  if (options.upstream && (typeof baseUrl !== "string" || !URL.canParse(baseUrl)))
    throw optionError("`upstream.baseUrl` must be a URL.");
}
