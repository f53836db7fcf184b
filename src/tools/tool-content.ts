// What a tool returned, as parts that the agent can read.
import type { AbortSignalLike } from "../internal/abort-signal.js";
import { InvalidInputError } from "../errors/errors.js";
import { prepareImage } from "../input/prepare-input.js";
import { wellFormed } from "../input/prepare-text.js";
import type { ToolCallContent } from "../events/items.js";
import { isJsonObject, type JsonObject } from "../internal/json.js";

/** codex shows the agent some 48,000 characters; more than this it could not even be sent. */
const maxCharacters = 32 * 1024 * 1024;

/** @throws what was returned, if that is an Error; InvalidInputError for what cannot be sent. */
export async function toToolContent(result: unknown, signal: AbortSignalLike): Promise<ToolCallContent[]> {
  if (result instanceof Error) throw result;
  const content = await Promise.all(toParts(result).map(({ part, where }) => toContent(part, where, signal)));
  const length = content.reduce((sum, part) => sum + (part.type === "text" ? part.text : part.url).length, 0);
  if (length > maxCharacters) {
    throw new InvalidInputError(`Its result has ${length} characters; at most ${maxCharacters} can be sent.`);
  }
  return content;
}

interface Part {
  part: JsonObject;
  /** Names it in errors. */
  where: string;
}

function toParts(result: unknown): Part[] {
  if (Array.isArray(result) && result.length > 0 && result.every(isPart)) {
    return result.map((part, index) => ({ part, where: `Its result[${index}]` }));
  }
  const part = isPart(result) ? result : { type: "text", text: toText(result) };
  return [{ part, where: "Its result" }];
}

const imageFields = new Set(["url", "data", "mediaType"]);

/** Other data may have a `type` too, so a part has nothing but what a part has. */
function isPart(value: unknown): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const { type, ...fields } = value;
  const names = Object.keys(fields);
  if (type === "text") return names.length === 1 && typeof fields["text"] === "string";
  return type === "image" && names.length > 0 && names.every((name) => imageFields.has(name));
}

async function toContent(part: JsonObject, where: string, signal: AbortSignalLike): Promise<ToolCallContent> {
  if (part["type"] === "image") return { type: "image", url: await prepareImage(part, where, { signal }) };
  return { type: "text", text: wellFormed(String(part["text"])) };
}

function toText(result: unknown): string {
  if (result === undefined) return "";
  if (typeof result === "string") return result;
  const json = toJson(result);
  if (json === undefined) {
    throw new InvalidInputError(`Its result is a ${typeof result}, which JSON cannot hold.`);
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
