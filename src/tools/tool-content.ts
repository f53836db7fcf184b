// Converts the result of a tool to parts for the agent.
import { InvalidInputError } from "../errors/errors.js";
import { wellFormed } from "../input/prepare-text.js";
import type { ToolCallContent } from "../events/items.js";
import { isJsonObject } from "../internal/json.js";
import { isToolImage } from "./tool-image.js";

/** Codex shows the agent about 48,000 characters of a result. Results longer than this limit could not be sent. */
const maxCharacters = 32 * 1024 * 1024;

/** @throws the returned value if it is an Error; InvalidInputError for a result that cannot be sent. */
export function toToolContent(result: unknown): ToolCallContent[] {
  if (result instanceof Error) throw result;
  const isList = Array.isArray(result) && result.length > 0 && result.every(isPart);
  const content = isList ? result.map(toPart) : [toPart(result)];
  const length = content.reduce((sum, part) => sum + (part.type === "text" ? part.text : part.url).length, 0);
  if (length > maxCharacters) {
    throw new InvalidInputError(`Its result has ${length} characters; at most ${maxCharacters} can be sent.`);
  }
  return content;
}

function isPart(value: unknown): boolean {
  return isToolImage(value) || isText(value) || isPlainImage(value);
}

/** Other data may also have a `type`, so a text part must not have other fields. */
function isText(value: unknown): value is { type: "text"; text: string } {
  if (!isJsonObject(value) || value["type"] !== "text" || typeof value["text"] !== "string") return false;
  return Object.keys(value).length === 2;
}

/** Bytes do not come from JSON, so this is not untrusted data: the tool forgot to call `image()`. */
function isPlainImage(value: unknown): boolean {
  return isJsonObject(value) && value["type"] === "image" && value["data"] instanceof Uint8Array;
}

function toPart(value: unknown): ToolCallContent {
  // Without the mark, the author of the data could decide what the host sends as an image.
  if (isToolImage(value)) return { type: "image", url: value.url };
  if (isPlainImage(value)) {
    throw new InvalidInputError("Its result has an image that is not marked. Return image({ data, mediaType }).");
  }
  return { type: "text", text: wellFormed(isText(value) ? value.text : toText(value)) };
}

function toText(result: unknown): string {
  if (result === undefined) return "";
  if (typeof result === "string") return result;
  const json = toJson(result);
  if (json === undefined) {
    throw new InvalidInputError(`Its result is a ${typeof result}, which JSON cannot represent.`);
  }
  return json;
}

function toJson(result: unknown): string | undefined {
  try {
    return JSON.stringify(result);
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw new InvalidInputError(`Its result cannot be written as JSON: ${reason}`, { cause });
  }
}
