// Converts an AI SDK prompt to the input of a turn.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LanguageModelV4FilePart, LanguageModelV4Message, LanguageModelV4Prompt } from "@ai-sdk/provider";
import { UnsupportedFunctionalityError } from "@ai-sdk/provider";
import type { ImageMediaType, UserInput } from "../index.js";

export interface TurnInput {
  /** System messages. */
  instructions: string | undefined;
  input: UserInput[];
  /** Removes the files that were written for the turn. */
  cleanUp: () => Promise<void>;
}

/**
 * @param isContinued Whether the thread already contains the messages up to the last answer. Otherwise earlier messages
 * are added as a transcript.
 */
export async function toTurnInput(prompt: LanguageModelV4Prompt, isContinued: boolean): Promise<TurnInput> {
  const instructions = prompt.flatMap((message) => (message.role === "system" ? [message.content] : [])).join("\n\n");
  const messages = prompt.filter(({ role }) => role !== "system");
  const lastAnswer = messages.findLastIndex(({ role }) => role !== "user");
  const earlier = isContinued ? [] : messages.slice(0, lastAnswer + 1);
  const folder = new LazyFolder();
  try {
    const input: UserInput[] = [];
    if (earlier.length > 0) {
      const transcript = earlier.map(transcribe).filter(Boolean).join("\n\n");
      input.push({ type: "text", text: `<conversation_so_far>\n${transcript}\n</conversation_so_far>` });
    }
    for (const message of messages.slice(lastAnswer + 1)) {
      if (message.role !== "user") continue;
      for (const part of message.content) {
        if (part.type === "text") input.push({ type: "text", text: part.text });
        else input.push(await fileInput(part, folder));
      }
    }
    // A prompt that ends with tool results of another turn continues from the transcript.
    if (lastAnswer === messages.length - 1) input.push({ type: "text", text: "Continue." });
    return { instructions: instructions === "" ? undefined : instructions, input, cleanUp: () => folder.remove() };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

const imageTypes: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"] satisfies ImageMediaType[];

async function fileInput(part: LanguageModelV4FilePart, folder: LazyFolder): Promise<UserInput> {
  const { data, mediaType, filename = "file" } = part;
  const isImage = mediaType === "image" || mediaType.startsWith("image/");
  switch (data.type) {
    case "reference":
      throw new UnsupportedFunctionalityError({ functionality: "files that were uploaded to a provider" });
    case "text":
      return { type: "text", text: fileText(filename, data.text) };
    case "url":
      if (isImage) return { type: "image", url: data.url.href };
      throw new UnsupportedFunctionalityError({ functionality: `files of type ${mediaType} at a URL` });
    case "data": {
      const bytes = typeof data.data === "string" ? Buffer.from(data.data, "base64") : data.data;
      const imageType = isImage ? imageTypeOf(mediaType, bytes) : undefined;
      if (imageType) return { type: "image", data: bytes, mediaType: imageType };
      if (isTextType(mediaType)) return { type: "text", text: fileText(filename, Buffer.from(bytes).toString("utf8")) };
      const file = await folder.write(filename, bytes);
      return { type: "text", text: `The user attached a file (${mediaType}). It is saved at ${file}` };
    }
  }
}

function imageTypeOf(mediaType: string, bytes: Uint8Array): ImageMediaType | undefined {
  if (imageTypes.includes(mediaType)) return mediaType as ImageMediaType;
  if (mediaType !== "image" && mediaType !== "image/*") return undefined;
  const start = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  if (start.startsWith("\x89PNG")) return "image/png";
  if (start.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (start.startsWith("GIF8")) return "image/gif";
  return start.startsWith("RIFF") && start.endsWith("WEBP") ? "image/webp" : undefined;
}

function isTextType(mediaType: string): boolean {
  return mediaType === "text" || mediaType.startsWith("text/") || mediaType === "application/json";
}

function fileText(name: string, text: string): string {
  return `<file name="${safeName(name)}">\n${text}\n</file>`;
}

function transcribe(message: LanguageModelV4Message): string {
  const content =
    typeof message.content === "string" ? [{ type: "text" as const, text: message.content }] : message.content;
  const lines = content.flatMap((part) => {
    switch (part.type) {
      case "text":
        return [part.text];
      case "file":
        return [`[file ${part.filename ?? part.mediaType}]`];
      case "tool-call":
        return [`[called ${part.toolName} with ${JSON.stringify(part.input)}]`];
      case "tool-result":
        return [
          `[result of ${part.toolName}: ${JSON.stringify("value" in part.output ? part.output.value : part.output)}]`,
        ];
      default:
        return [];
    }
  });
  return lines.length === 0 ? "" : `${message.role}: ${lines.join("\n")}`;
}

function safeName(name: string): string {
  return (
    path
      .basename(name)
      .replaceAll(/[^\w.-]/g, "_")
      .slice(-100) || "file"
  );
}

/** A temporary folder that is created on the first write. */
class LazyFolder {
  #path: string | undefined;
  #count = 0;

  async write(name: string, bytes: Uint8Array): Promise<string> {
    this.#path ??= await mkdtemp(path.join(tmpdir(), "codex-sdk-files-"));
    const file = path.join(this.#path, `${++this.#count}-${safeName(name)}`);
    await writeFile(file, bytes);
    return file;
  }

  async remove(): Promise<void> {
    if (this.#path !== undefined) await rm(this.#path, { recursive: true, force: true });
  }
}
