// `codex-sdk/testing`: test your agent against the real codex without spending tokens.
export { ScriptedModel } from "./scripted-model.js";
export type {
  CodexOptionsInput,
  ScriptedCodexOptions,
  ScriptedConfig,
  ScriptedConfigValue,
  ScriptedModelOptions,
  WaitOptions,
} from "./scripted-model.js";
export { ScriptError } from "./script-error.js";
export type { Script, StepFunction } from "./script.js";
export type { FunctionOutput, InputItem, ModelRequest, OfferedTool, RawRequest } from "./model-request.js";

export { say, reason } from "./talk.js";
export type { PieceOptions, SayOptions } from "./talk.js";
export { askUser, callMcpTool, callTool, patch, plan, runCommand, searchWeb, viewImage, writeStdin } from "./calls.js";
export type { CallOptions, CommandOptions, PlanStep, Question, StdinOptions, ToolCallOptions } from "./calls.js";
export type { FileEdit, LineEdit, PatchFiles } from "./patch-text.js";
export { respond, repeat, together } from "./respond.js";
export type { RespondOptions } from "./respond.js";
export { cut, fail, failResponse, incomplete, malformed, pause, rawEvent, rawItem, silence } from "./faults.js";
export type { FailOptions } from "./faults.js";
export type { Answer, Part, ScriptedUsage, Step } from "./part.js";
