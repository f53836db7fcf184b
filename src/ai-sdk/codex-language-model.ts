// A language model for the AI SDK. Each call runs a turn of Codex, or a part of one.
import { setImmediate } from "node:timers/promises";
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamResult,
  SharedV4ProviderMetadata,
  SharedV4Warning,
} from "@ai-sdk/provider";
import type { OutputInvalidError, TurnOptions } from "../index.js";
import { hasOptionalProperties } from "./has-optional-properties.js";
import { readProviderOptions } from "./provider-options.js";
import type { CodexProviderOptions } from "./provider-options.js";
import type { Sessions } from "./sessions.js";
import { StreamPartEncoder, toUsage } from "./stream-parts.js";
import type { StreamPart, TextMode } from "./stream-parts.js";
import { toReadableStream } from "./to-readable-stream.js";
import { toTurnInput } from "./to-turn-input.js";
import type { TurnSession } from "./turn-session.js";
import { warningsOf } from "./warnings.js";

interface ModelContext {
  sessions: Sessions;
  defaults: CodexProviderOptions;
}

/** One call: a complete turn, or a part of one. */
interface Call {
  session: TurnSession;
  encoder: StreamPartEncoder;
  mode: TextMode;
  warnings: SharedV4Warning[];
  signal: AbortSignal | undefined;
}

export class CodexLanguageModel implements LanguageModelV4 {
  readonly specificationVersion = "v4";
  readonly provider = "codex";
  readonly modelId: string;
  /** For all other URLs, the AI SDK downloads the file with its own checks. */
  readonly supportedUrls = {};
  readonly #context: ModelContext;

  constructor(modelId: string, context: ModelContext) {
    this.modelId = modelId;
    this.#context = context;
  }

  async doGenerate(options: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> {
    const call = await this.#begin(options);
    const content: LanguageModelV4Content[] = [];
    const texts = new Map<string, { type: "text" | "reasoning"; text: string }>();
    for await (const part of this.#parts(call)) {
      switch (part.type) {
        case "text-start":
        case "reasoning-start": {
          const text = { type: part.type === "text-start" ? ("text" as const) : ("reasoning" as const), text: "" };
          texts.set(part.id, text);
          content.push(text);
          break;
        }
        case "text-delta":
        case "reasoning-delta": {
          const text = texts.get(part.id);
          if (text) text.text += part.delta;
          break;
        }
        case "tool-result":
          if (part.preliminary !== true) content.push(part);
          break;
        case "tool-call":
        case "tool-approval-request":
          content.push(part);
          break;
        case "error":
          throw part.error;
        case "finish": {
          const { usage, finishReason, providerMetadata } = part;
          const response = { modelId: this.modelId };
          return {
            content,
            usage,
            finishReason,
            ...(providerMetadata && { providerMetadata }),
            response,
            warnings: call.warnings,
          };
        }
        default:
      }
    }
    throw new Error("The turn ended without a result.");
  }

  async doStream(options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    const call = await this.#begin(options);
    return { stream: toReadableStream(this.#parts(call), () => void call.session.turn.interrupt()) };
  }

  async #begin(options: LanguageModelV4CallOptions): Promise<Call> {
    const { prompt, abortSignal: signal, responseFormat, toolChoice, includeRawChunks = false } = options;
    signal?.throwIfAborted();
    const tools = toolChoice?.type === "none" ? [] : (options.tools ?? []).filter((tool) => tool.type === "function");
    const mode = textMode(responseFormat);
    const { preliminaryOutputs = false } = readProviderOptions(options, this.#context.defaults);
    const encoder = new StreamPartEncoder(mode, new Set(tools.map(({ name }) => name)), preliminaryOutputs);
    const continued = this.#context.sessions.continued(prompt);
    if (continued) encoder.close();
    const session = continued ?? (await this.#start(options, tools));
    session.keepsRaw = includeRawChunks;
    return { session, encoder, mode, warnings: warningsOf(options), signal };
  }

  async #start(
    options: LanguageModelV4CallOptions,
    tools: Extract<NonNullable<LanguageModelV4CallOptions["tools"]>[number], { type: "function" }>[],
  ): Promise<TurnSession> {
    const { sessions, defaults } = this.#context;
    const given = readProviderOptions(options, defaults);
    const { threadId, askApproval = false, onTurn, timeoutMs, idleTimeoutMs, ...rest } = given;
    const { preliminaryOutputs: _, ...threadOptions } = rest;
    const { instructions, input, cleanUp } = await toTurnInput(options.prompt, threadId !== undefined);
    try {
      const session = await sessions.start({
        threadId,
        threadOptions: {
          ...threadOptions,
          ...(this.modelId !== "default" && { model: this.modelId }),
          ...(instructions !== undefined && { instructions }),
        },
        tools,
        askApproval,
        input: wantsJson(options) ? [...input, { type: "text", text: "Answer with JSON and nothing else." }] : input,
        turnOptions: { timeoutMs, idleTimeoutMs, signal: options.abortSignal, ...turnOptions(options) },
      });
      session.turn.completed().then(cleanUp, cleanUp);
      await onTurn?.(session.turn);
      return session;
    } catch (error) {
      await cleanUp();
      throw options.abortSignal?.aborted ? options.abortSignal.reason : error;
    }
  }

  async *#parts(call: Call): AsyncGenerator<StreamPart, void, undefined> {
    const { session, encoder, warnings, signal } = call;
    const abort = () => void session.turn.interrupt();
    // Each call that continues a turn has its own signal.
    signal?.addEventListener("abort", abort, { once: true });
    try {
      yield { type: "stream-start", warnings };
      yield { type: "response-metadata", modelId: this.modelId, timestamp: new Date() };
      for (;;) {
        await session.ready();
        yield* read(session, encoder);
        if (session.reader.hasEnded) return yield* end(call);
        const questions = session.takeQuestions();
        if (questions.length === 0) continue;
        // Text that the agent wrote before the question may not have arrived yet.
        await setImmediate();
        yield* read(session, encoder);
        questions.push(...session.takeQuestions());
        yield* encoder.close();
        yield* questions.flatMap(({ parts }) => parts);
        session.park();
        const finishReason = { unified: "tool-calls" as const, raw: "waiting" };
        yield { type: "finish", usage: toUsage(undefined), finishReason, providerMetadata: metadataOf(session) };
        return;
      }
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }
}

function* read(session: TurnSession, encoder: StreamPartEncoder): Generator<StreamPart, void, undefined> {
  for (const { change } of session.reader.read()) yield* encoder.encode(change);
  for (const rawValue of session.raw.splice(0)) yield { type: "raw", rawValue };
}

async function* end(call: Call): AsyncGenerator<StreamPart, void, undefined> {
  const { session, encoder, mode, signal } = call;
  const { outcome, metadata } = session;
  const error = outcome?.status === "completed" ? undefined : outcome?.error;
  // The AI SDK has its own error for an answer that does not match the schema.
  const isInvalid = error?.code === "output_invalid";
  const finished = { usage: toUsage(metadata.usage), providerMetadata: metadataOf(session) };
  if (error && !isInvalid) {
    yield* encoder.close();
    yield { type: "error", error: signal?.aborted ? signal.reason : error };
    yield { type: "finish", ...finished, finishReason: { unified: "error", raw: error.code } };
    return;
  }
  if (mode !== "text" && !encoder.hasText) {
    const text = isInvalid ? (error as OutputInvalidError).text : await finalText(session);
    yield { type: "text-start", id: "answer" };
    yield { type: "text-delta", id: "answer", delta: text };
    yield { type: "text-end", id: "answer" };
  }
  yield { type: "finish", ...finished, finishReason: { unified: "stop", raw: "completed" } };
}

/** The output without the nulls that represent omitted properties. */
async function finalText(session: TurnSession): Promise<string> {
  const { output, finalResponse } = await session.turn.completed();
  return output === undefined ? finalResponse : JSON.stringify(output);
}

function textMode(format: LanguageModelV4CallOptions["responseFormat"]): TextMode {
  if (format?.type !== "json") return "text";
  return format.schema && hasOptionalProperties(format.schema) ? "none" : "final";
}

function wantsJson({ responseFormat }: LanguageModelV4CallOptions): boolean {
  return responseFormat?.type === "json" && responseFormat.schema === undefined;
}

function turnOptions({ responseFormat, reasoning }: LanguageModelV4CallOptions): TurnOptions {
  // The core validates the JSON Schema.
  const schema =
    responseFormat?.type === "json" ? (responseFormat.schema as Record<string, unknown> | undefined) : undefined;
  return {
    ...(schema && { outputSchema: schema }),
    ...(reasoning !== undefined && reasoning !== "provider-default" && { modelReasoningEffort: reasoning }),
  };
}

function metadataOf({ metadata }: TurnSession): SharedV4ProviderMetadata {
  // Usage and cost contain only JSON values.
  return { codex: JSON.parse(JSON.stringify(metadata)) as SharedV4ProviderMetadata[string] };
}
