// `codex-sdk/testing`: test your agent with the real Codex and a model that plays your script.
export { ScriptedModel } from "./scripted-model.js";
export type { ScriptedModelOptions, WaitOptions } from "./scripted-model.js";
export type { CodexOptionsInput, ScriptedCodexOptions } from "./codex-options.js";
export { perThread } from "./script/script.js";
export type { PerThreadScript, Script, StepFunction, StepList } from "./script/script.js";
export { ScriptError } from "./script/script-error.js";
export type { FunctionOutput, InputItem, ModelRequest, OfferedTool, RawRequest } from "./server/model-request.js";

export { reason, say } from "./script/talk.js";
export type { PieceOptions, SayOptions } from "./script/talk.js";
export {
  askUser,
  callMcpTool,
  callTool,
  patch,
  plan,
  runCommand,
  searchWeb,
  viewImage,
  writeStdin,
} from "./script/calls.js";
export type { CallOptions, CommandOptions, PlanStep, Question, StdinOptions, ToolCallOptions } from "./script/calls.js";
export type { FileEdit, LineEdit, PatchFiles } from "./script/patch-text.js";
export { repeat, respond, together } from "./server/respond.js";
export type { RespondOptions } from "./server/respond.js";
export { compaction, pause, rawEvent, rawItem, until } from "./script/flow.js";
export { cut, fail, failResponse, incomplete, malformed, silence } from "./server/faults.js";
export type { FailOptions } from "./server/faults.js";
export type {
  Answer,
  CallPart,
  CustomCallPart,
  CutPart,
  EndPart,
  EventPart,
  FailedPart,
  IncompletePart,
  ItemPart,
  MalformedPart,
  MessagePart,
  Part,
  PausePart,
  PiecedText,
  ReasoningPart,
  RefusalPart,
  ScriptedUsage,
  SilencePart,
  Step,
  WaitPart,
  WebSearchPart,
} from "./script/part.js";

export { recordModel } from "./record/record-model.js";
export type { RecordedModel, RecordModelOptions } from "./record/record-model.js";
export { CassetteError } from "./record/cassette-error.js";
export { parseCassette } from "./record/cassette.js";
export type { Cassette, RecordedInteraction, RecordedRequest, RecordedResponse, Upstream } from "./record/cassette.js";
export { toScript } from "./record/to-script.js";
