// The AG-UI events that this package sends: https://docs.ag-ui.com/concepts/events. They are declared here, so that
// `@ag-ui/core` is not required.
import type { TodoItem } from "../../index.js";
import type { TurnMetadata } from "../parts/turn-part.js";
import type { ApprovalData, QuestionData } from "../ui-messages/chunks.js";

export interface AgUiTokenUsage {
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
  reasoningTokens: number;
  cachedInputTokens: number;
  cacheWriteInputTokens: number;
}

export interface AgUiInterrupt {
  id: string;
  reason: "approval";
  message?: string;
  toolCallId: string;
}

export type AgUiOutcome =
  | { type: "success" }
  | { type: "cancelled" }
  | { type: "interrupt"; interrupts: AgUiInterrupt[] };

/** Data for which AG-UI does not define an event. */
export type AgUiCustomEvent =
  | { type: "CUSTOM"; name: "codex.tool_output"; value: { toolCallId: string; delta: string } }
  | { type: "CUSTOM"; name: "codex.notice"; value: { id: string; message: string } }
  | { type: "CUSTOM"; name: "codex.approval"; value: ApprovalData }
  | { type: "CUSTOM"; name: "codex.question"; value: QuestionData }
  | { type: "CUSTOM"; name: "codex.steering"; value: { id: string; text: string } };

export type AgUiEvent =
  | { type: "RUN_STARTED"; threadId: string; runId: string }
  | {
      type: "RUN_FINISHED";
      threadId: string;
      runId: string;
      outcome: AgUiOutcome;
      result?: TurnMetadata;
      usage?: AgUiTokenUsage[];
    }
  | { type: "RUN_ERROR"; message: string; code: string }
  | { type: "TEXT_MESSAGE_START"; messageId: string; role: "assistant" }
  | { type: "TEXT_MESSAGE_CONTENT"; messageId: string; delta: string }
  | { type: "TEXT_MESSAGE_END"; messageId: string }
  | { type: "REASONING_START" | "REASONING_END" | "REASONING_MESSAGE_END"; messageId: string }
  | { type: "REASONING_MESSAGE_START"; messageId: string; role: "reasoning" }
  | { type: "REASONING_MESSAGE_CONTENT"; messageId: string; delta: string }
  | { type: "TOOL_CALL_START"; toolCallId: string; toolCallName: string }
  | { type: "TOOL_CALL_ARGS"; toolCallId: string; delta: string }
  | { type: "TOOL_CALL_END"; toolCallId: string }
  | { type: "TOOL_CALL_RESULT"; messageId: string; toolCallId: string; content: string; role: "tool" }
  | {
      type: "ACTIVITY_SNAPSHOT";
      messageId: string;
      activityType: "PLAN";
      content: { steps: TodoItem[] };
      replace: true;
    }
  | { type: "ACTIVITY_SNAPSHOT"; messageId: string; activityType: "DIFF"; content: { diff: string }; replace: true }
  | AgUiCustomEvent;
