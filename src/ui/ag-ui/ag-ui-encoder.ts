// Encodes the changes of a turn as AG-UI events.
import type { Usage } from "../../index.js";
import { errorText } from "../parts/error-text.js";
import { toolOutput } from "../parts/to-tool-part.js";
import type { ApprovalPart, TextPart, ToolPart, TurnChange, TurnMetadata, TurnPart } from "../parts/turn-part.js";
import type { AgUiEvent, AgUiTokenUsage } from "./ag-ui-events.js";

export interface AgUiOptions {
  /** The ID of the run. @defaultValue a random ID */
  runId?: string | undefined;
  /** The ID that the client gave its thread. @defaultValue the ID of the Codex thread */
  threadId?: string | undefined;
  /** Whether to send summaries of the model's reasoning. @defaultValue true */
  reasoning?: boolean | undefined;
  /** The text that end users see if the turn fails. @defaultValue a sentence without details of the server */
  errorText?: ((error: unknown) => string) | undefined;
}

type PartChange = Extract<TurnChange, { part: TurnPart }>;

export class AgUiEncoder {
  readonly #options: AgUiOptions & { runId: string };
  #threadId: string | undefined;
  /** Events before the thread's ID is known. The first event must contain the ID. */
  #buffered: AgUiEvent[] | undefined = [];

  constructor(options: AgUiOptions & { runId: string }) {
    this.#options = options;
    this.#threadId = options.threadId;
  }

  encode(change: TurnChange): AgUiEvent[] {
    if ("metadata" in change) this.#threadId ??= change.metadata.threadId;
    const events = this.#events(change);
    if (!this.#buffered) return events;
    if (this.#threadId === undefined && change.type !== "turn.ended") {
      this.#buffered.push(...events);
      return [];
    }
    return [...this.#begin(), ...events];
  }

  /** Ends the run while the turn waits for approvals. */
  park(metadata: TurnMetadata, approvals: readonly ApprovalPart[]): AgUiEvent[] {
    const interrupts = approvals.map(({ id, toolCallId, request }) => ({
      id,
      reason: "approval" as const,
      toolCallId,
      ...(request.reason !== null && { message: request.reason }),
    }));
    return [...this.#begin(), { ...this.#finished(metadata), outcome: { type: "interrupt", interrupts } }];
  }

  #begin(): AgUiEvent[] {
    if (!this.#buffered) return [];
    const events = this.#buffered;
    this.#buffered = undefined;
    return [{ type: "RUN_STARTED", ...this.#ids }, ...events];
  }

  get #ids(): { threadId: string; runId: string } {
    const { runId } = this.#options;
    // If the turn failed before its thread existed, there is no thread ID.
    return { threadId: this.#threadId ?? runId, runId };
  }

  #events(change: TurnChange): AgUiEvent[] {
    switch (change.type) {
      case "turn.started":
      case "turn.metadata":
        return [];
      case "turn.ended":
        return [this.#end(change)];
      default:
        return this.#part(change);
    }
  }

  #end({ outcome, metadata }: Extract<TurnChange, { type: "turn.ended" }>): AgUiEvent {
    if (outcome.status === "failed") {
      const message = (this.#options.errorText ?? errorText)(outcome.error);
      return { type: "RUN_ERROR", message, code: outcome.error.code };
    }
    const type = outcome.status === "completed" ? "success" : "cancelled";
    return { ...this.#finished(metadata), outcome: { type } };
  }

  #finished(metadata: TurnMetadata) {
    const { usage } = metadata;
    return {
      type: "RUN_FINISHED" as const,
      ...this.#ids,
      result: metadata,
      ...(usage && { usage: [toTokenUsage(usage)] }),
    };
  }

  #part(change: PartChange): AgUiEvent[] {
    const { type, part } = change;
    const isNew = type === "part.started";
    const { id } = part;
    switch (part.kind) {
      case "text":
        return textEvents(change);
      case "reasoning":
        return this.#options.reasoning === false ? [] : reasoningEvents(change, part);
      case "tool":
        return toolEvents(change, part);
      case "plan": {
        const content = { steps: part.steps };
        return [{ type: "ACTIVITY_SNAPSHOT", messageId: id, activityType: "PLAN", content, replace: true }];
      }
      case "diff": {
        const content = { diff: part.diff };
        return [{ type: "ACTIVITY_SNAPSHOT", messageId: id, activityType: "DIFF", content, replace: true }];
      }
      case "notice":
        return isNew ? [{ type: "CUSTOM", name: "codex.notice", value: { id, message: part.message } }] : [];
      case "approval": {
        const { toolCallId, request, status } = part;
        return [{ type: "CUSTOM", name: "codex.approval", value: { approvalId: id, toolCallId, request, status } }];
      }
      case "question": {
        const { question, status } = part;
        return [{ type: "CUSTOM", name: "codex.question", value: { questionId: id, question, status } }];
      }
      case "steering":
        return isNew ? [{ type: "CUSTOM", name: "codex.steering", value: { id, text: part.text } }] : [];
    }
  }
}

function textEvents(change: PartChange): AgUiEvent[] {
  const messageId = change.part.id;
  switch (change.type) {
    case "part.started":
      return [{ type: "TEXT_MESSAGE_START", messageId, role: "assistant" }];
    case "part.delta":
      return [{ type: "TEXT_MESSAGE_CONTENT", messageId, delta: change.delta }];
    case "part.ended":
      return [{ type: "TEXT_MESSAGE_END", messageId }];
    default:
      return [];
  }
}

function reasoningEvents(change: PartChange, { id: messageId }: TextPart): AgUiEvent[] {
  switch (change.type) {
    case "part.started":
      return [
        { type: "REASONING_START", messageId },
        { type: "REASONING_MESSAGE_START", messageId, role: "reasoning" },
      ];
    case "part.delta":
      return [{ type: "REASONING_MESSAGE_CONTENT", messageId, delta: change.delta }];
    case "part.ended":
      return [
        { type: "REASONING_MESSAGE_END", messageId },
        { type: "REASONING_END", messageId },
      ];
    default:
      return [];
  }
}

function toolEvents(change: PartChange, part: ToolPart): AgUiEvent[] {
  const { id: toolCallId, name, input } = part;
  switch (change.type) {
    case "part.started":
      return [
        { type: "TOOL_CALL_START", toolCallId, toolCallName: name },
        { type: "TOOL_CALL_ARGS", toolCallId, delta: JSON.stringify(input ?? {}) },
        { type: "TOOL_CALL_END", toolCallId },
      ];
    case "part.delta":
      if (change.delta === "") return [];
      return [{ type: "CUSTOM", name: "codex.tool_output", value: { toolCallId, delta: change.delta } }];
    case "part.ended": {
      const result = {
        status: part.status,
        output: toolOutput(part),
        ...(part.status === "failed" && { error: part.error }),
      };
      const content = JSON.stringify(result);
      return [{ type: "TOOL_CALL_RESULT", messageId: `${toolCallId}-result`, toolCallId, content, role: "tool" }];
    }
    default:
      return [];
  }
}

function toTokenUsage(usage: Usage): AgUiTokenUsage {
  return {
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    totalTokens: usage.input_tokens + usage.output_tokens,
    reasoningTokens: usage.reasoning_output_tokens,
    cachedInputTokens: usage.cached_input_tokens,
    cacheWriteInputTokens: usage.cache_write_input_tokens,
  };
}
