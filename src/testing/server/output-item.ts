// Converts a part to an output item of the Responses API.
import type { CallPart, CustomCallPart, ItemPart, MessagePart, ReasoningPart, WebSearchPart } from "../script/part.js";

/** The parts that are output items. */
export type ItemLikePart = MessagePart | ReasoningPart | CallPart | CustomCallPart | WebSearchPart | ItemPart;

export interface OutputItem {
  type: string;
  [key: string]: unknown;
}

/** The finished item. `id` is unique for the lifetime of the model. */
export function outputItem(part: ItemLikePart, id: string): OutputItem {
  switch (part.kind) {
    case "message":
      return {
        type: "message",
        id: `msg_${id}`,
        status: "completed",
        role: "assistant",
        content: [{ type: "output_text", text: part.text, annotations: [] }],
        ...(part.phase && { phase: part.phase }),
      };
    case "reasoning":
      return {
        type: "reasoning",
        id: `rs_${id}`,
        summary: [{ type: "summary_text", text: part.text }],
        encrypted_content: "c2NyaXB0ZWQ=",
      };
    case "call":
      return {
        type: "function_call",
        id: `fc_${id}`,
        status: "completed",
        call_id: part.callId ?? `call_${id}`,
        name: part.name,
        ...(part.namespace !== undefined && { namespace: part.namespace }),
        arguments: argumentsText(part),
      };
    case "custom_call":
      return {
        type: "custom_tool_call",
        id: `ctc_${id}`,
        status: "completed",
        call_id: part.callId ?? `call_${id}`,
        name: part.name,
        input: part.input,
      };
    case "web_search":
      return { type: "web_search_call", id: `ws_${id}`, status: "completed", action: part.action };
    case "item":
      return { id: `item_${id}`, ...part.item };
  }
}

export function argumentsText(part: CallPart): string {
  return typeof part.arguments === "string" ? part.arguments : JSON.stringify(part.arguments);
}
