// Converts the result of a tool call to the protocol.
import type { ToolCallContent } from "../../events/items.js";
import type { ToolOutcome } from "../../tools/run-tool.js";
import type { DynamicToolCallOutputContentItem } from "../protocol/v2/DynamicToolCallOutputContentItem.js";
import type { DynamicToolCallResponse } from "../protocol/v2/DynamicToolCallResponse.js";

export function toToolReply({ success, content }: ToolOutcome): DynamicToolCallResponse {
  return { success, contentItems: content.map(toContentItem) };
}

function toContentItem(content: ToolCallContent): DynamicToolCallOutputContentItem {
  switch (content.type) {
    case "text":
      return { type: "inputText", text: content.text };
    case "image":
      return { type: "inputImage", imageUrl: content.url };
    case "audio":
      return { type: "inputAudio", audioUrl: content.url };
  }
}
