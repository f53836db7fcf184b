// Converts the result of an AI SDK tool to the result of a host tool.
import type { LanguageModelV4ToolResultOutput } from "@ai-sdk/provider";
import { image } from "../index.js";
import type { ImageMediaType, ToolContent } from "../index.js";

/** @throws Error if the result is an error or a denial. The agent receives the message. */
export function toToolResult(output: LanguageModelV4ToolResultOutput): unknown {
  switch (output.type) {
    case "text":
    case "json":
      return output.value;
    case "error-text":
      throw new Error(output.value);
    case "error-json":
      throw new Error(JSON.stringify(output.value));
    case "execution-denied":
      throw new Error(
        `The user did not allow this call.${output.reason === undefined ? "" : ` Reason: ${output.reason}`}`,
      );
    case "content":
      return output.value.map(toContent);
  }
}

type ContentPart = Extract<LanguageModelV4ToolResultOutput, { type: "content" }>["value"][number];

function toContent(part: ContentPart): ToolContent {
  if (part.type === "text") return { type: "text", text: part.text };
  if (part.type === "custom") return { type: "text", text: "[content of a kind that Codex does not know]" };
  const { data, mediaType } = part;
  if (data.type === "text") return { type: "text", text: data.text };
  const isImage = mediaType.startsWith("image/");
  // `image` validates the media type and rejects remote URLs.
  if (isImage && data.type === "data") return image({ data: data.data, mediaType: mediaType as ImageMediaType });
  if (isImage && data.type === "url" && data.url.protocol === "data:") return image({ url: data.url.href });
  return { type: "text", text: `[file of type ${mediaType}]` };
}
