// Encodes the changes of a turn as stream parts of the AI SDK's language model specification.
import type { JSONValue, LanguageModelV4StreamPart, LanguageModelV4Usage } from "@ai-sdk/provider";
import type { Usage } from "../index.js";
import { toolOutput } from "../ui/parts/to-tool-part.js";
import type { TextPart, ToolPart, TurnChange, TurnPart } from "../ui/parts/turn-part.js";

export type StreamPart = LanguageModelV4StreamPart;

/**
 * `text`: all messages of the agent. `final`: only its final answer, streamed. `none`: the caller adds the answer after
 * the turn.
 */
export type TextMode = "text" | "final" | "none";

type PartChange = Extract<TurnChange, { part: TurnPart }>;

const flags = { providerExecuted: true, dynamic: true } as const;

export class StreamPartEncoder {
  readonly #mode: TextMode;
  /** Tools that the AI SDK runs. Their calls are reported separately. */
  readonly #ownTools: ReadonlySet<string>;
  /** The IDs of open text parts in the stream, by item ID. */
  readonly #open = new Map<string, { kind: TextPart["kind"]; id: string }>();
  #reopened = 0;
  /** Whether text of a message was emitted. */
  hasText = false;

  /** Tool calls that were emitted. */
  readonly #called = new Set<string>();
  readonly #sendsProgress: boolean;

  constructor(mode: TextMode, ownTools: ReadonlySet<string>, sendsProgress: boolean) {
    this.#mode = mode;
    this.#ownTools = ownTools;
    this.#sendsProgress = sendsProgress;
  }

  encode(change: TurnChange): StreamPart[] {
    if (!("part" in change)) return [];
    const { part } = change;
    if (part.kind === "text" || part.kind === "reasoning") return this.#isShown(part) ? this.#text(change, part) : [];
    if (part.kind === "tool" && !this.#ownTools.has(part.name)) return this.#tool(change, part);
    return [];
  }

  /** The AI SDK rejects a tool result whose tool call is not in the same model call, so the tool call is repeated. */
  #tool(change: PartChange, part: ToolPart): StreamPart[] {
    if (change.type !== "part.ended" && change.type !== "part.started" && !this.#sendsProgress) return [];
    const parts = this.#called.has(part.id) ? [] : [toolCall(part)];
    this.#called.add(part.id);
    return change.type === "part.started" ? parts : [...parts, ...toolResult(change, part)];
  }

  /** Ends open parts, because the call ends before the turn. */
  close(): StreamPart[] {
    const parts = [...this.#open.values()].map(({ kind, id }): StreamPart => ({ type: `${kind}-end`, id }));
    this.#open.clear();
    this.#reopened += 1;
    return parts;
  }

  #isShown({ kind, phase }: TextPart): boolean {
    if (kind === "reasoning" || this.#mode === "text") return true;
    return this.#mode === "final" && phase === "final_answer";
  }

  #text(change: PartChange, part: TextPart): StreamPart[] {
    const { kind } = part;
    const parts: StreamPart[] = [];
    let open = this.#open.get(part.id);
    if (!open) {
      if (change.type === "part.ended" && this.#reopened > 0) return [];
      open = { kind, id: this.#reopened === 0 ? part.id : `${part.id}-${this.#reopened}` };
      this.#open.set(part.id, open);
      parts.push({ type: `${kind}-start`, id: open.id });
    }
    if (change.type === "part.delta" && kind === "text") this.hasText = true;
    if (change.type === "part.delta") parts.push({ type: `${kind}-delta`, id: open.id, delta: change.delta });
    if (change.type === "part.ended") {
      this.#open.delete(part.id);
      parts.push({ type: `${kind}-end`, id: open.id });
    }
    return parts;
  }
}

function toolCall({ id, name, input }: ToolPart): StreamPart {
  return { type: "tool-call", toolCallId: id, toolName: name, input: JSON.stringify(input ?? {}), ...flags };
}

function toolResult(change: PartChange, part: ToolPart): StreamPart[] {
  const { id: toolCallId, name: toolName } = part;
  const output = toolOutput(part) ?? {};
  const isError = part.status === "failed" || part.status === "declined" || part.status === "interrupted";
  const value = isError ? { status: part.status, error: part.error ?? null, output } : output;
  // Codex sends tool results as JSON.
  const result = JSON.parse(JSON.stringify(value)) as NonNullable<JSONValue>;
  if (change.type === "part.ended") {
    return [{ type: "tool-result", toolCallId, toolName, result, ...(isError && { isError }), dynamic: true }];
  }
  if (part.text === undefined) return [];
  return [{ type: "tool-result", toolCallId, toolName, result, preliminary: true, dynamic: true }];
}

export function toUsage(usage: Usage | undefined): LanguageModelV4Usage {
  if (!usage) {
    return {
      inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: undefined, text: undefined, reasoning: undefined },
    };
  }
  const { input_tokens, cached_input_tokens, cache_write_input_tokens, output_tokens, reasoning_output_tokens } = usage;
  return {
    inputTokens: {
      total: input_tokens,
      noCache: input_tokens - cached_input_tokens,
      cacheRead: cached_input_tokens,
      cacheWrite: cache_write_input_tokens,
    },
    outputTokens: {
      total: output_tokens,
      text: output_tokens - reasoning_output_tokens,
      reasoning: reasoning_output_tokens,
    },
    raw: { ...usage },
  };
}
