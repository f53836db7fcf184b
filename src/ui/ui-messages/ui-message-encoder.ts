// Encodes the changes of a turn as chunks of the AI SDK's UI message stream.
import { errorText } from "../parts/error-text.js";
import { toolOutput } from "../parts/to-tool-part.js";
import type { ApprovalPart, TextPart, ToolPart, TurnChange, TurnMetadata, TurnPart } from "../parts/turn-part.js";
import type { UIMessageChunk } from "./chunks.js";

export interface UIMessageOptions {
  /** The ID of the assistant message. @defaultValue a random ID */
  messageId?: string | undefined;
  /** Whether to send summaries of the model's reasoning. @defaultValue true */
  reasoning?: boolean | undefined;
  /** Whether to send notices that did not end the turn, such as an MCP server that did not start. @defaultValue true */
  notices?: boolean | undefined;
  /** The text that end users see if the turn fails. @defaultValue a sentence without details of the server */
  errorText?: ((error: unknown) => string) | undefined;
}

/**
 * `continued`: continues a message that ended with an approval request. `resumed`: the viewer has the chunks that it
 * received before.
 */
export type EncoderPosition = "beginning" | "continued" | "resumed";

export class UIMessageEncoder {
  readonly #options: UIMessageOptions & { messageId: string };
  readonly #position: EncoderPosition;
  /** Text parts that the viewer has open. */
  readonly #open = new Map<string, TextPart["kind"]>();

  constructor(options: UIMessageOptions & { messageId: string }, position: EncoderPosition = "beginning") {
    this.#options = options;
    this.#position = position;
  }

  /** Chunks before the first change. */
  begin(): UIMessageChunk[] {
    return this.#position === "continued" ? [{ type: "start", messageId: this.#options.messageId }] : [];
  }

  encode(change: TurnChange): UIMessageChunk[] {
    switch (change.type) {
      case "turn.started":
        return [
          { type: "start", messageId: this.#options.messageId, ...metadataField(change.metadata) },
          { type: "start-step" },
        ];
      case "turn.metadata":
        return isEmpty(change.metadata) ? [] : [{ type: "message-metadata", messageMetadata: change.metadata }];
      case "turn.ended":
        return this.#end(change);
      default:
        return this.#part(change);
    }
  }

  /** Ends the message while the turn waits for an approval. */
  park(metadata: TurnMetadata): UIMessageChunk[] {
    const open = [...this.#open].map(([id, kind]): UIMessageChunk => ({ type: `${kind}-end`, id }));
    this.#open.clear();
    return [
      ...open,
      { type: "finish-step" },
      { type: "finish", finishReason: "tool-calls", ...metadataField(metadata) },
    ];
  }

  #end({ outcome, metadata }: Extract<TurnChange, { type: "turn.ended" }>): UIMessageChunk[] {
    if (outcome.status === "completed") {
      return [{ type: "finish-step" }, { type: "finish", finishReason: "stop", ...metadataField(metadata) }];
    }
    // Clients stop reading after an error, so the metadata is sent before it.
    const before: UIMessageChunk[] = isEmpty(metadata) ? [] : [{ type: "message-metadata", messageMetadata: metadata }];
    if (outcome.status === "interrupted") return [...before, { type: "abort" }];
    const text = (this.#options.errorText ?? errorText)(outcome.error);
    return [
      ...before,
      { type: "error", errorText: text },
      { type: "finish-step" },
      { type: "finish", finishReason: "error" },
    ];
  }

  #part(change: Extract<TurnChange, { part: TurnPart }>): UIMessageChunk[] {
    const { type, part } = change;
    const isNew = type === "part.started";
    switch (part.kind) {
      case "reasoning":
      case "text":
        if (part.kind === "reasoning" && this.#options.reasoning === false) return [];
        return this.#text(change, part);
      case "tool":
        return isNew ? [toolInput(part)] : type === "part.ended" ? [toolEnd(part)] : [toolProgress(part)];
      case "plan":
        return [{ type: "data-plan", id: part.id, data: { steps: part.steps } }];
      case "diff":
        return [{ type: "data-diff", id: part.id, data: { diff: part.diff } }];
      case "notice":
        if (!isNew || this.#options.notices === false) return [];
        return [{ type: "data-notice", id: part.id, data: { message: part.message } }];
      case "approval":
        return isNew ? approvalRequest(part) : approvalEnd(part);
      case "question": {
        const { id, question, status } = part;
        return [{ type: "data-question", id, data: { questionId: id, question, status } }];
      }
      case "steering":
        return isNew ? [{ type: "data-steering", id: part.id, data: { text: part.text } }] : [];
    }
  }

  #text(change: Extract<TurnChange, { part: TurnPart }>, { kind, id, phase }: TextPart): UIMessageChunk[] {
    const metadata = phase === undefined ? {} : { providerMetadata: { codex: { phase } } };
    const chunks: UIMessageChunk[] = [];
    // The text was already closed when the message was parked.
    if (this.#position === "continued" && change.type === "part.ended" && !this.#open.has(id)) return [];
    if (!this.#open.has(id)) {
      this.#open.set(id, kind);
      const isOpenForViewer = this.#position === "resumed" && change.type !== "part.started";
      if (!isOpenForViewer) chunks.push({ type: `${kind}-start`, id, ...metadata });
    }
    if (change.type === "part.delta") chunks.push({ type: `${kind}-delta`, id, delta: change.delta });
    if (change.type === "part.ended") {
      this.#open.delete(id);
      chunks.push({ type: `${kind}-end`, id, ...metadata });
    }
    return chunks;
  }
}

const flags = { providerExecuted: true, dynamic: true } as const;

function toolInput({ id, name, title, input }: ToolPart): UIMessageChunk {
  return { type: "tool-input-available", toolCallId: id, toolName: name, input: input ?? {}, title, ...flags };
}

function toolProgress(part: ToolPart): UIMessageChunk {
  // Without an output, only the input can have changed. An approved call must leave the state "approval-requested".
  if (part.text === undefined && part.approvalId === undefined) return toolInput(part);
  const output = toolOutput(part) ?? {};
  return { type: "tool-output-available", toolCallId: part.id, output, preliminary: true, ...flags };
}

function toolEnd(part: ToolPart): UIMessageChunk {
  const { id, status, approvalId, error } = part;
  switch (status) {
    case "declined":
      if (approvalId !== undefined) return { type: "tool-output-denied", toolCallId: id };
      return { type: "tool-output-error", toolCallId: id, errorText: "This was not allowed.", ...flags };
    case "failed":
      return { type: "tool-output-error", toolCallId: id, errorText: error ?? "This failed.", ...flags };
    case "interrupted":
      return { type: "tool-output-error", toolCallId: id, errorText: "This was stopped.", ...flags };
    default:
      return { type: "tool-output-available", toolCallId: id, output: toolOutput(part) ?? {}, ...flags };
  }
}

function approvalData({ id, toolCallId, request, status }: ApprovalPart): UIMessageChunk {
  return { type: "data-approval", id, data: { approvalId: id, toolCallId, request, status } };
}

function approvalRequest(part: ApprovalPart): UIMessageChunk[] {
  const { id, toolCallId, hasTool, request } = part;
  const asked: UIMessageChunk = { type: "tool-approval-request", approvalId: id, toolCallId };
  if (hasTool) return [asked, approvalData(part)];
  const toolName = `codex.${request.type}`;
  const title = request.reason ?? request.type;
  const tool: UIMessageChunk = { type: "tool-input-available", toolCallId, toolName, input: request, title, ...flags };
  return [tool, asked, approvalData(part)];
}

function approvalEnd(part: ApprovalPart): UIMessageChunk[] {
  if (part.hasTool || part.status === "pending") return [approvalData(part)];
  const { toolCallId, status } = part;
  if (status === "approved") {
    return [
      { type: "tool-output-available", toolCallId, output: { decision: part.decision }, ...flags },
      approvalData(part),
    ];
  }
  return [{ type: "tool-output-denied", toolCallId }, approvalData(part)];
}

function isEmpty(metadata: TurnMetadata): boolean {
  return Object.keys(metadata).length === 0;
}

function metadataField(metadata: TurnMetadata): { messageMetadata?: TurnMetadata } {
  return isEmpty(metadata) ? {} : { messageMetadata: metadata };
}
