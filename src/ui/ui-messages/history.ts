// Converts recorded turns to chat messages.
import type { RecordedInput, TurnRecord } from "../../index.js";
import { errorText } from "../parts/error-text.js";
import { toolOutput } from "../parts/to-tool-part.js";
import { TurnReducer } from "../parts/turn-reducer.js";
import type { ReducerOptions } from "../parts/turn-reducer.js";
import type { ToolPart, TurnMetadata, TurnPart } from "../parts/turn-part.js";
import type { CodexDataParts } from "./chunks.js";

type DataPart = {
  [Name in keyof CodexDataParts]: { type: `data-${Name}`; id: string; data: CodexDataParts[Name] };
}[keyof CodexDataParts];

interface DynamicTool {
  type: "dynamic-tool";
  toolCallId: string;
  toolName: string;
  title: string;
  input: unknown;
  providerExecuted: true;
}

export type CodexUIMessagePart =
  | { type: "text" | "reasoning"; text: string; state: "done" }
  | { type: "file"; mediaType: string; url: string }
  | (DynamicTool & { state: "output-available"; output: unknown })
  | (DynamicTool & { state: "output-error"; errorText: string })
  | DataPart;

/** A message in the format of `useChat`. */
export interface CodexUIMessage {
  id: string;
  role: "user" | "assistant";
  metadata?: TurnMetadata & { status?: TurnRecord["status"]; errorText?: string };
  parts: CodexUIMessagePart[];
}

export interface HistoryOptions extends ReducerOptions {
  /** The thread of the turns. */
  threadId?: string | undefined;
  /** The message ID of a turn. @defaultValue the turn's ID */
  messageId?: ((turn: TurnRecord) => string) | undefined;
  /** Whether to include summaries of the model's reasoning. @defaultValue true */
  reasoning?: boolean | undefined;
}

/** Converts recorded turns, such as those of `thread.history()`, to messages for `useChat`. */
export function toUIMessages(turns: readonly TurnRecord[], options: HistoryOptions = {}): CodexUIMessage[] {
  return turns.flatMap((turn) => {
    const answer = assistantMessage(turn, options);
    const messages = userMessage(turn);
    return answer.parts.length > 0 || turn.status !== "in_progress" ? [...messages, answer] : messages;
  });
}

/** The user's message of a turn. Empty if the turn does not have input. */
export function userMessage(turn: TurnRecord): CodexUIMessage[] {
  const parts = turn.input.flatMap(inputPart);
  return parts.length === 0 ? [] : [{ id: `${turn.id}-user`, role: "user", parts }];
}

function assistantMessage(turn: TurnRecord, options: HistoryOptions): CodexUIMessage {
  const reducer = new TurnReducer({ record: () => undefined, onMetadata: () => undefined }, options);
  for (const item of turn.items) reducer.onEvent({ type: "item.completed", item });
  const parts = [...reducer.parts.values()]
    .filter(({ kind }) => kind !== "reasoning" || options.reasoning !== false)
    .flatMap(messagePart);
  return {
    id: options.messageId?.(turn) ?? turn.id,
    role: "assistant",
    metadata: {
      turnId: turn.id,
      ...(options.threadId !== undefined && { threadId: options.threadId }),
      ...(turn.usage && { usage: turn.usage }),
      status: turn.status,
      ...(turn.status === "failed" && { errorText: errorText(turn.error) }),
    },
    parts,
  };
}

function inputPart(input: RecordedInput): CodexUIMessagePart[] {
  switch (input.type) {
    case "text":
      return [{ type: "text", text: input.text, state: "done" }];
    case "image": {
      const mediaType = /^data:([\w/+.-]+)/.exec(input.url)?.[1] ?? "image/*";
      return [{ type: "file", mediaType, url: input.url }];
    }
    case "local_image":
      return [{ type: "text", text: "[image]", state: "done" }];
    case "skill":
    case "mention":
      return [{ type: "text", text: `@${input.name}`, state: "done" }];
    case "unknown":
      return [];
  }
}

function messagePart(part: TurnPart): CodexUIMessagePart[] {
  switch (part.kind) {
    case "text":
    case "reasoning":
      return [{ type: part.kind, text: part.text, state: "done" }];
    case "tool":
      return [toolPart(part)];
    case "plan":
      return [{ type: "data-plan", id: part.id, data: { steps: part.steps } }];
    case "diff":
      return [{ type: "data-diff", id: part.id, data: { diff: part.diff } }];
    case "notice":
      return [{ type: "data-notice", id: part.id, data: { message: part.message } }];
    case "steering":
    case "approval":
    case "question":
      return [];
  }
}

function toolPart(part: ToolPart): CodexUIMessagePart {
  const { id, name, title, input, status, error } = part;
  const tool: DynamicTool = {
    type: "dynamic-tool",
    toolCallId: id,
    toolName: name,
    title,
    input: input ?? {},
    providerExecuted: true,
  };
  if (status === "completed") return { ...tool, state: "output-available", output: toolOutput(part) ?? {} };
  const text =
    status === "failed"
      ? (error ?? "This failed.")
      : status === "declined"
        ? "This was not allowed."
        : "This was stopped.";
  return { ...tool, state: "output-error", errorText: text };
}
