// Converts an untrusted message of a browser to a prompt.
import { isJsonObject } from "../../internal/json.js";
import type { ImageMediaType, UserInput } from "../../index.js";
import { HttpError } from "./http-error.js";

const imageTypes: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"] satisfies ImageMediaType[];

/**
 * Accepts text, and images and text files in `data:` URLs. With other URLs, a browser could make the server fetch any
 * address.
 * @param message A UI message of the AI SDK, or a user message of AG-UI.
 * @throws HttpError
 */
export function toInput(message: unknown): UserInput[] {
  const parts = isJsonObject(message) ? (message["parts"] ?? message["content"]) : undefined;
  const list: unknown[] =
    typeof parts === "string" ? [{ type: "text", text: parts }] : Array.isArray(parts) ? parts : [];
  const input = list.flatMap(toUserInput);
  if (input.length > 0) return input;
  throw new HttpError(400, "empty_message", "The last message has neither text nor files.");
}

function toUserInput(part: unknown): UserInput[] {
  const { type, text, url, mediaType, filename } = isJsonObject(part) ? part : {};
  if (type === "text") {
    if (typeof text !== "string") throw new HttpError(400, "invalid_message", "A text part must have a `text`.");
    return text === "" ? [] : [{ type: "text", text }];
  }
  if (type === "file" && typeof url === "string") return [fileInput(url, mediaType, filename)];
  // Parts for user interfaces only, such as `data-*`, are ignored.
  if (typeof type === "string" && (type.startsWith("data-") || type === "step-start")) return [];
  throw new HttpError(400, "invalid_message", "A message may have text parts and file parts.");
}

function fileInput(url: string, mediaType: unknown, filename: unknown): UserInput {
  const [, type = "", data] = /^data:([\w/+.-]+)(?:;[\w=-]+)*;base64,([A-Za-z0-9+/=]*)$/.exec(url) ?? [];
  if (data === undefined) {
    throw new HttpError(400, "unsupported_file", "Send files as base64 `data:` URLs. Other URLs are not fetched.");
  }
  if (imageTypes.includes(type)) return { type: "image", data, mediaType: type as ImageMediaType };
  if (type.startsWith("text/") || type === "application/json") {
    const name = typeof filename === "string" ? filename.replaceAll(/[^\w. -]/g, "_") : "file";
    return { type: "text", text: `<file name="${name}">\n${Buffer.from(data, "base64").toString("utf8")}\n</file>` };
  }
  const shown = typeof mediaType === "string" ? mediaType : type;
  throw new HttpError(
    415,
    "unsupported_file",
    `Files of type ${shown.slice(0, 100)} are not supported. Send images or text.`,
  );
}
