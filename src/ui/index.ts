// `codex-sdk/ui`: turns for browsers, as the AI SDK's UI message stream or as AG-UI events.
export { toUIMessageStream, toUIMessageStreamResponse } from "./ui-messages/ui-message-stream.js";
export type {
  StreamableTurn,
  UIMessageStreamOptions,
  UIMessageStreamResponseOptions,
} from "./ui-messages/ui-message-stream.js";
export type { UIMessageOptions } from "./ui-messages/ui-message-encoder.js";
export type {
  ApprovalData,
  CodexDataParts,
  CodexMessageMetadata,
  DataChunk,
  QuestionData,
  UIMessageChunk,
} from "./ui-messages/chunks.js";
