// Notes for the agent about a continued turn, as items of the conversation.
import type { RecordedCall } from "../../transport/transport.js";

const unknownEnd =
  "The process that ran this call was lost before its end was recorded. The call may have run, in part or as a whole. " +
  "Find out what it did before you decide whether to run it again.";

/** The last calls may have run without being recorded in the store. */
export const workerLostNote =
  "The process that ran this turn was lost, and the turn now continues in another one. Calls that you made just before " +
  "may have run although this conversation does not contain them or their results. Before you run a command or edit a " +
  "file, find out whether that was done already.";

/** Outputs for calls without an output: the recorded result, or a note that it is unknown. Plus `note`, if given. */
export function toConversationItems(calls: readonly RecordedCall[], note?: string): unknown[] {
  const outputs = calls.map(({ callId, isCustom, result }) => ({
    type: isCustom ? "custom_tool_call_output" : "function_call_output",
    call_id: callId,
    output: result ?? unknownEnd,
  }));
  if (note === undefined) return outputs;
  return [...outputs, { type: "message", role: "developer", content: [{ type: "input_text", text: note }] }];
}
