// A request of Codex to the scripted model, with accessors for tests.

export interface InputItem {
  type: string;
  [key: string]: unknown;
}

export interface OfferedTool {
  type: string;
  name?: string;
  [key: string]: unknown;
}

export interface RawRequest {
  kind: "http" | "websocket";
  method: string;
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed body; the text if it is not JSON. */
  body: unknown;
}

/** A request for a response, as recorded. */
export class ModelRequest {
  readonly kind: "http" | "websocket";
  readonly method: string;
  /** Path and query of the request. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  readonly at = new Date();
  /** Its position among the model's requests, starting at 1. */
  readonly number: number;
  /**
   * The conversation that the model receives. Over WebSocket, Codex sends only the new part. Here it follows the earlier
   * part of the connection.
   */
  readonly input: readonly InputItem[];

  constructor(raw: RawRequest, number: number, earlier: readonly InputItem[] = []) {
    this.kind = raw.kind;
    this.method = raw.method;
    this.url = raw.url;
    this.headers = raw.headers;
    this.body = raw.body;
    this.number = number;
    this.input = [...earlier, ...records(this.#field("input"))] as InputItem[];
  }

  get path(): string {
    return this.url.split("?", 1)[0] ?? this.url;
  }

  get model(): string {
    return text(this.#field("model")) ?? "";
  }

  /** The ID of Codex's thread, if Codex sends it. */
  get threadId(): string | undefined {
    return text(this.metadata["thread_id"]) ?? text(this.headers["thread-id"]) ?? text(this.#field("prompt_cache_key"));
  }

  /** The ID of Codex's turn, if Codex sends it. */
  get turnId(): string | undefined {
    return text(this.metadata["turn_id"]);
  }

  /** The purpose of the request: `turn`, `compaction` and others. */
  get purpose(): string {
    return text(this.metadata["request_kind"]) ?? "";
  }

  /** Codex's metadata of the turn: `thread_id`, `turn_id`, `sandbox_mode`, `request_kind` and more. */
  get metadata(): Readonly<Record<string, unknown>> {
    const client = record(this.#field("client_metadata"));
    return { ...client, ...parsed(client["x-codex-turn-metadata"] ?? this.headers["x-codex-turn-metadata"]) };
  }

  /** Base and developer instructions. */
  get instructions(): string {
    const own = text(this.#field("instructions"));
    return [...(own ? [own] : []), ...this.#texts("developer")].join("\n\n");
  }

  /** The tools that Codex offers. */
  get tools(): readonly OfferedTool[] {
    return records(this.#field("tools")) as OfferedTool[];
  }

  /** The JSON Schema of the answer, if the turn has one. */
  get outputSchema(): unknown {
    return this.textFormat?.["schema"];
  }

  /** `text.format` of the request, if the turn has an output schema. */
  get textFormat(): Readonly<Record<string, unknown>> | undefined {
    const format = record(this.#field("text"))["format"];
    return format === undefined || format === null ? undefined : record(format);
  }

  /** The user's messages, oldest first, without the context that Codex adds. */
  get userTexts(): readonly string[] {
    return this.#texts("user").filter((each) => !isContext(each));
  }

  /** The user's last message, or "". */
  get lastUserText(): string {
    return this.userTexts.at(-1) ?? "";
  }

  /** The outputs of all calls of the conversation, oldest first. */
  get functionOutputs(): readonly FunctionOutput[] {
    return this.input.filter(isOutput).map(functionOutput);
  }

  /** The outputs of the calls in the model's last response; empty at the beginning of a turn. */
  get newOutputs(): readonly FunctionOutput[] {
    const lastOfModel = this.input.findLastIndex(
      (item) => item["role"] === "assistant" || /_call$|^reasoning$/.test(item.type),
    );
    return this.input
      .slice(lastOfModel + 1)
      .filter(isOutput)
      .map(functionOutput);
  }

  /** The last of `newOutputs` as text, or "". */
  get lastOutput(): string {
    return this.newOutputs.at(-1)?.text ?? "";
  }

  /** The IDs of running commands according to the last outputs, for `writeStdin`. */
  get runningSessions(): readonly number[] {
    return this.newOutputs.flatMap(({ text }) => /running with session ID (\d+)/.exec(text)?.[1] ?? []).map(Number);
  }

  #texts(role: string): string[] {
    return this.input
      .filter((item) => item.type === "message" && item["role"] === role)
      .map((item) => contentText(item["content"]));
  }

  #field(name: string): unknown {
    return record(this.body)[name];
  }
}

/** The output of a call. */
export interface FunctionOutput {
  callId: string;
  /** The output's text; the parts of a list joined by line breaks. */
  text: string;
  /** As sent by Codex. */
  output: unknown;
}

function functionOutput(item: InputItem): FunctionOutput {
  return { callId: text(item["call_id"]) ?? "", text: contentText(item["output"]), output: item["output"] };
}

function isOutput(item: InputItem): boolean {
  return item.type.endsWith("_call_output");
}

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  return records(content)
    .flatMap((part) => text(part["text"]) ?? [])
    .join("\n");
}

const contextMarks = [
  "<environment_context>",
  "<user_instructions>",
  "# AGENTS.md instructions",
  "<turn_aborted>",
  "<skill>",
];

function isContext(message: string): boolean {
  return contextMarks.some((mark) => message.startsWith(mark));
}

function parsed(json: unknown): Record<string, unknown> {
  try {
    return record(JSON.parse(String(json)));
  } catch {
    return {};
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
