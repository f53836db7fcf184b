// The file format of a recording: JSON that can be reviewed in a pull request.
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { isJsonObject } from "../../internal/json.js";
import { CassetteError } from "./cassette-error.js";
import { secretIn } from "./secret-patterns.js";

/** A recording of the traffic between Codex and a model's endpoint. */
export interface Cassette {
  format: "codex-sdk-cassette";
  version: 1;
  /** The Codex version that sent the requests. */
  codexVersion: string;
  interactions: RecordedInteraction[];
}

export interface RecordedInteraction {
  /** Shared by the requests of one thread: `thread-1`, `thread-2`, in the order of their first requests. */
  conversation: string;
  request: RecordedRequest;
  response: RecordedResponse;
}

/** The identifying parts of a request. Directories, dates, IDs and versions are placeholders, such as `{{cwd}}`. */
export interface RecordedRequest {
  method: string;
  path: string;
  model: string;
  /** Hash of the base and developer instructions, which are too long to read. */
  instructions: string;
  /** Hash of the tools, and their names. */
  tools: { hash: string; names: string[] };
  /** The number of items that this request has in common with the conversation's previous request. */
  continues: number;
  /** The items after them. */
  input: Record<string, unknown>[];
}

export interface RecordedResponse {
  status: number;
  headers: Record<string, string>;
  /** The streamed events, each with the milliseconds since the request. */
  events?: [afterMs: number, event: Record<string, unknown>][];
  /** The body of a response that is not an event stream. */
  body?: string;
  /** `cut`: the endpoint closed the connection. `left`: Codex closed the connection. */
  ending?: "cut" | "left";
}

/** The real endpoint that is recorded. */
export interface Upstream {
  /** Base URL of the Responses API, such as `https://api.openai.com/v1`. */
  baseUrl: string;
  /** Sent as `Authorization: Bearer …`. Not recorded. */
  apiKey?: string | undefined;
  /** Sent with every request. Not recorded. */
  headers?: Readonly<Record<string, string>> | undefined;
}

export async function readCassette(file: string): Promise<Cassette | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new CassetteError(`The cassette cannot be read: ${file}. ${reason(error)}`, { cause: error });
  }
  return parseCassette(text, file);
}

/** @param file The path of the cassette, for error messages. */
export function parseCassette(text: string, file: string): Cassette {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CassetteError(
      `The cassette is not JSON, or is cut off: ${file}. ${reason(error)} Restore it, or delete it and record again.`,
      { cause: error },
    );
  }
  const problem = problemOf(value);
  if (problem === undefined) return value as Cassette;
  throw new CassetteError(
    `The file is not a cassette of this version: ${file}. ${problem} Delete it and record again.`,
  );
}

/** Identifies the version of the file; undefined if the file does not exist. */
export async function fileVersion(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found && `${found.ino} ${found.size} ${found.mtimeMs}`;
}

/**
 * Replaces the file atomically, so that readers never see a partial file.
 * @param before The version of the file at the start of the recording.
 * @throws CassetteError if a text looks like a secret, or if the file has changed since the start of the recording.
 * Nothing is written in that case.
 */
export async function writeCassette(file: string, cassette: Cassette, before: string | undefined): Promise<void> {
  const found = secretIn(cassette);
  if (found) {
    throw new CassetteError(
      `The cassette was not written: ${found.path} looks like a secret (${found.kind}). ` +
        `Remove the secret from the conversation, or pass it in \`secrets\`: ${file}`,
    );
  }
  await mkdir(path.dirname(file), { recursive: true });
  const partial = `${file}.${randomUUID()}.partial`;
  try {
    await writeFile(partial, `${JSON.stringify(cassette, null, 2)}\n`);
    if ((await fileVersion(file)) !== before) {
      throw new CassetteError(
        `The cassette was not written: another recording has written it meanwhile. Use one cassette for each test: ${file}`,
      );
    }
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

function problemOf(value: unknown): string | undefined {
  if (!isJsonObject(value) || value["format"] !== "codex-sdk-cassette")
    return "It does not have `format: codex-sdk-cassette`.";
  if (value["version"] !== 1)
    return `Its version is ${JSON.stringify(value["version"])}, but this package reads version 1.`;
  const { interactions } = value;
  if (!Array.isArray(interactions)) return "It does not have a list of `interactions`.";
  const broken = interactions.findIndex((each) => !isInteraction(each));
  if (broken !== -1) return `Interaction ${broken} is incomplete, or has a value of a wrong kind.`;
  return typeof value["codexVersion"] === "string" ? undefined : "It does not have a `codexVersion`.";
}

function isInteraction(value: unknown): boolean {
  if (!isJsonObject(value) || typeof value["conversation"] !== "string") return false;
  const { request, response } = value;
  if (!isJsonObject(request) || !isJsonObject(response)) return false;
  const texts = [request["method"], request["path"], request["model"], request["instructions"]];
  const { tools, input, continues } = request;
  return (
    texts.every(isText) &&
    isJsonObject(tools) &&
    isText(tools["hash"]) &&
    Array.isArray(tools["names"]) &&
    tools["names"].every(isText) &&
    Array.isArray(input) &&
    input.every(isJsonObject) &&
    isCount(continues) &&
    isResponse(response)
  );
}

function isResponse({ status, headers, body, events, ending }: Record<string, unknown>): boolean {
  return (
    isCount(status) &&
    status >= 200 &&
    status <= 599 &&
    isJsonObject(headers) &&
    Object.values(headers).every(isText) &&
    (ending === undefined || ending === "cut" || ending === "left") &&
    (events === undefined ? isText(body) : areEvents(events))
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function areEvents(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (entry) => Array.isArray(entry) && isCount(entry[0]) && isJsonObject(entry[1]) && isText(entry[1]["type"]),
    )
  );
}

function reason(error: unknown): string {
  return error instanceof Error ? `${error.message}.` : "";
}
