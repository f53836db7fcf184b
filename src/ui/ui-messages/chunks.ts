// The chunks of the AI SDK's UI message stream that this package sends. AI SDK 6 and AI SDK 7 accept all of them. They
// are declared here, so that the package `ai` is not required.
import type { ApprovalPart, QuestionPart, TurnMetadata } from "../parts/turn-part.js";
import type { TodoItem } from "../../index.js";

/** The metadata of an assistant message. */
export type CodexMessageMetadata = TurnMetadata;

/** The `data-*` parts of an assistant message, for the second type argument of `UIMessage`. */
export type CodexDataParts = {
  plan: { steps: TodoItem[] };
  diff: { diff: string };
  notice: { message: string };
  approval: ApprovalData;
  question: QuestionData;
  steering: { text: string };
};

export interface ApprovalData extends Pick<ApprovalPart, "toolCallId" | "request" | "status"> {
  approvalId: string;
}

export interface QuestionData extends Pick<QuestionPart, "status"> {
  questionId: string;
  question: QuestionPart["question"];
}

type ProviderMetadata = Record<string, Record<string, string>>;

interface ToolFlags {
  providerExecuted: true;
  dynamic: true;
}

export type DataChunk = {
  [Name in keyof CodexDataParts]: { type: `data-${Name}`; id: string; data: CodexDataParts[Name] };
}[keyof CodexDataParts];

export type UIMessageChunk =
  | { type: "start"; messageId: string; messageMetadata?: CodexMessageMetadata }
  | { type: "start-step" }
  | { type: "text-start" | "reasoning-start"; id: string; providerMetadata?: ProviderMetadata }
  | { type: "text-delta" | "reasoning-delta"; id: string; delta: string }
  | { type: "text-end" | "reasoning-end"; id: string; providerMetadata?: ProviderMetadata }
  | ({ type: "tool-input-available"; toolCallId: string; toolName: string; input: unknown; title: string } & ToolFlags)
  | ({ type: "tool-output-available"; toolCallId: string; output: unknown; preliminary?: true } & ToolFlags)
  | ({ type: "tool-output-error"; toolCallId: string; errorText: string } & ToolFlags)
  | { type: "tool-output-denied"; toolCallId: string }
  | { type: "tool-approval-request"; approvalId: string; toolCallId: string }
  | DataChunk
  | { type: "message-metadata"; messageMetadata: CodexMessageMetadata }
  | { type: "error"; errorText: string }
  | { type: "finish-step" }
  | { type: "finish"; finishReason: "stop" | "tool-calls" | "error"; messageMetadata?: CodexMessageMetadata }
  | { type: "abort" };
