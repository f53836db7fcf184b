// `codex-sdk/ui`: streams turns to browsers, as the AI SDK's UI message stream or as AG-UI events.
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
export { toUIMessages } from "./ui-messages/history.js";
export type { CodexUIMessage, CodexUIMessagePart, HistoryOptions } from "./ui-messages/history.js";
export { toAgUiResponse, toAgUiStream } from "./ag-ui/ag-ui-stream.js";
export type { AgUiResponseOptions, AgUiStreamOptions } from "./ag-ui/ag-ui-stream.js";
export type { AgUiOptions } from "./ag-ui/ag-ui-encoder.js";
export type * from "./ag-ui/ag-ui-events.js";
export { TurnHub } from "./live/turn-hub.js";
export type { TurnHubOptions } from "./live/turn-hub.js";
export { LiveTurn } from "./live/live-turn.js";
export type { LiveTurnOptions, ViewOptions } from "./live/live-turn.js";
export type { TurnLogOptions } from "./live/turn-log.js";
export type { AnswerResult, ApprovalReply } from "./live/open-requests.js";
export { InvalidCursorError } from "./live/cursor.js";
export type { Encoded } from "./http/encoded-stream.js";
export { createCodexRoutes } from "./routes/create-codex-routes.js";
export type { CodexRoutes, ThreadRoute } from "./routes/create-codex-routes.js";
export type {
  ClientTurnOptions,
  CodexAction,
  CodexRoutesOptions,
  RouteContext,
  RouteThreadOptions,
} from "./routes/options.js";
export { sendResponse, toNodeListener } from "./http/node.js";
export { TurnReducer } from "./parts/turn-reducer.js";
export type { PartRecord, ReducerOptions } from "./parts/turn-reducer.js";
export { toolOutput } from "./parts/to-tool-part.js";
export type { TailText } from "./parts/tail-text.js";
export type * from "./parts/turn-part.js";
