// Validates the input of a turn before anything is sent.
import type { AbortSignalLike } from "../internal/abort-signal.js";
import { InvalidInputError, TurnInterruptedError } from "../errors/errors.js";
import type { ImageDetail, InputPart } from "./input.js";
import { isJsonObject, type JsonObject } from "../internal/json.js";
import { describe } from "../validation/check-options.js";
import { checkDataUrl, inlineImage } from "./inline-image.js";
import { checkFile, checkLocalImage, toAbsolutePath } from "./local-image.js";
import { checkLength, wellFormed } from "./prepare-text.js";

export interface PrepareInputOptions {
  /** Aborts the preparation. Reading a file from a network file system can take long. */
  signal?: AbortSignalLike | undefined;
}

/**
 * The parts of `input` as both transports send them: images first, then one text that joins all text parts by blank lines,
 * then skills and mentions. `codex exec` and `@openai/codex-sdk` can send nothing else.
 *
 * @throws InvalidInputError if the input is empty or a part is invalid. The message names the part.
 * @throws TurnInterruptedError if `signal` aborts before the input is ready.
 */
export async function prepareInput(input: unknown, options: PrepareInputOptions = {}): Promise<readonly InputPart[]> {
  const given = toParts(input);
  const preparing = Promise.allSettled(given.map((part, index) => preparePart(part, `input[${index}]`)));
  const settled = await unlessAborted(preparing, options.signal);
  const parts = settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  if (parts.every((part) => part.type === "text" && part.text.trim() === "")) {
    throw new InvalidInputError("The input is empty. Pass a prompt.");
  }
  return mergeTexts(parts);
}

function mergeTexts(parts: readonly InputPart[]): readonly InputPart[] {
  const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  const text = texts.join("\n\n");
  checkLength(text);
  return [
    ...parts.filter(isImage),
    ...(texts.length === 0 ? [] : [{ type: "text" as const, text }]),
    ...parts.filter((part) => part.type !== "text" && !isImage(part)),
  ];
}

function isImage({ type }: InputPart): boolean {
  return type === "imageUrl" || type === "localImage";
}

function toParts(input: unknown): readonly unknown[] {
  if (typeof input === "string") return [{ type: "text", text: input }];
  // Without holes.
  if (Array.isArray(input)) return Array.from<unknown>(input);
  const found = input === null ? "null" : typeof input;
  throw new InvalidInputError(`The input is of type ${found}. Pass a string, or an array of parts.`);
}

async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignalLike | undefined): Promise<Result> {
  if (!signal) return work;
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(new TurnInterruptedError("The turn was aborted before it started.", { cause: signal.reason }));
    };
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function preparePart(part: unknown, where: string): Promise<InputPart> {
  if (!isJsonObject(part)) {
    throw new InvalidInputError(`${where} is not a part. Pass an object such as { type: "text", text: "…" }.`);
  }
  switch (part["type"]) {
    case "text":
      return { type: "text", text: prepareText(part, where) };
    case "local_image":
      return { type: "localImage", path: await checkLocalImage(part["path"], where), ...detailOf(part, where) };
    case "image":
      return { type: "imageUrl", url: prepareImage(part, where), ...detailOf(part, where) };
    case "skill":
      return { type: "skill", name: nameOf(part, where), path: await prepareSkillPath(part, where) };
    case "mention":
      return { type: "mention", name: nameOf(part, where), path: textOf(part, "path", where) };
    default: {
      const known = "text, local_image, image, skill or mention";
      throw new InvalidInputError(`${where} has the type ${describe(part["type"])}. Use ${known}.`);
    }
  }
}

function prepareText(part: JsonObject, where: string): string {
  const { text } = part;
  if (typeof text !== "string") throw new InvalidInputError(`${where} has no text. Pass a string.`);
  return wellFormed(text);
}

function prepareImage({ url, data, mediaType }: JsonObject, where: string): string {
  if (url === undefined) return inlineImage(data, mediaType, where);
  if (data !== undefined) throw new InvalidInputError(`${where} has both a url and data. Pass one of them.`);
  return checkDataUrl(url, where);
}

async function prepareSkillPath(part: JsonObject, where: string): Promise<string> {
  const path = toAbsolutePath(part["path"], where);
  await checkFile(path, where);
  return path;
}

function detailOf(part: JsonObject, where: string): { detail?: ImageDetail } {
  const { detail } = part;
  if (detail === undefined) return {};
  if (detail === "auto" || detail === "high" || detail === "original") return { detail };
  throw new InvalidInputError(`${where} has the detail ${describe(detail)}. Use auto, high or original.`);
}

function nameOf(part: JsonObject, where: string): string {
  return textOf(part, "name", where);
}

function textOf(part: JsonObject, field: string, where: string): string {
  const value = part[field];
  if (typeof value === "string" && value !== "") return wellFormed(value);
  throw new InvalidInputError(`${where} has no ${field}. Pass a string.`);
}
