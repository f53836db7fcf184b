// Images given as bytes, base64 or `data:` URLs. They are sent as `data:` URLs.
import { InvalidInputError } from "../errors/errors.js";
import { imageKinds, mediaTypeOf } from "./media-type.js";

/** The `data:` URL of an image in memory; `where` names the part in errors. */
export function inlineImage(data: unknown, mediaType: unknown, where: string): string {
  const bytes = data instanceof Uint8Array ? data : decode(data, where);
  const found = mediaTypeOf(bytes);
  if (found === undefined) {
    const problem = bytes.length === 0 ? "has no bytes" : "has bytes that are not an image that Codex can read";
    throw new InvalidInputError(`${where} ${problem}. Give it a ${imageKinds}.`);
  }
  if (mediaType !== found) {
    throw new InvalidInputError(`${where} says mediaType ${JSON.stringify(mediaType)}, but its bytes are ${found}.`);
  }
  return toDataUrl(bytes, found);
}

/** `url`, if it is a `data:` URL of an image. Nothing is fetched: Codex does not accept remote images, either. */
export function checkDataUrl(url: unknown, where: string): string {
  if (typeof url !== "string" || !/^data:/i.test(url)) {
    // The URL is not shown: it may hold a secret, and a tool's error is read by the agent.
    throw new InvalidInputError(
      `${where} has a url that is not a data: URL. Images are not fetched: download it, and give its bytes as ` +
        "{ data, mediaType }.",
    );
  }
  const [, mediaType, data] = /^data:([^;,]*);base64,([^]*)$/i.exec(url) ?? [];
  if (mediaType === undefined) {
    throw new InvalidInputError(`${where} has a data: URL that does not have the form data:image/png;base64,…`);
  }
  return inlineImage(data, mediaType.toLowerCase(), where);
}

export function toDataUrl(bytes: Uint8Array, mediaType: string): string {
  const { buffer, byteOffset, byteLength } = bytes;
  return `data:${mediaType};base64,${Buffer.from(buffer, byteOffset, byteLength).toString("base64")}`;
}

function decode(data: unknown, where: string): Uint8Array {
  if (typeof data !== "string") {
    throw new InvalidInputError(`${where} has no data. Give it a Uint8Array, or a string of base64.`);
  }
  const bytes = Buffer.from(data, "base64");
  // Buffer ignores what is not base64, so compare what it has read.
  const letters = (text: string): string => text.replaceAll(/[\s=]/g, "");
  if (letters(bytes.toString("base64")) !== letters(data)) {
    throw new InvalidInputError(`${where} has data that is not base64.`);
  }
  return bytes;
}
