// Images given as bytes, base64 or `data:` URLs. They are sent as `data:` URLs.
import { InvalidInputError } from "../errors/errors.js";
import { describe } from "../validation/check-options.js";
import { imageKinds, mediaTypeOf } from "./media-type.js";

/** The `data:` URL of an image in memory; `where` names the part in errors. */
export function inlineImage(data: unknown, mediaType: unknown, where: string): string {
  const bytes = data instanceof Uint8Array ? data : decode(data, where);
  const found = mediaTypeOf(bytes);
  if (found === undefined) {
    const problem = bytes.length === 0 ? "has no bytes" : "has bytes that are not an image that Codex can read";
    throw new InvalidInputError(`${where} ${problem}. Pass a ${imageKinds} image.`);
  }
  if (mediaType !== found) {
    throw new InvalidInputError(
      `${where} has the mediaType ${describe(mediaType)}, but its bytes are ${found}. Pass mediaType: "${found}".`,
    );
  }
  return toDataUrl(bytes, found);
}

/** Validates that `url` is a `data:` URL of an image. Nothing is fetched, and Codex does not accept remote images either. */
export function checkDataUrl(url: unknown, where: string): string {
  if (typeof url !== "string" || !/^data:/i.test(url)) {
    // The URL is not shown: it may hold a secret, and a tool's error is read by the agent.
    throw new InvalidInputError(
      `${where} has a url that is not a data: URL. Images are not fetched. Download the image, and pass its bytes as ` +
        "{ data, mediaType }.",
    );
  }
  const [, mediaType, data] = /^data:([^;,]*);base64,([^]*)$/i.exec(url) ?? [];
  if (mediaType === undefined) {
    throw new InvalidInputError(
      `${where} has a data: URL that does not have the form data:image/png;base64,… Encode the image in base64.`,
    );
  }
  return inlineImage(data, mediaType.toLowerCase(), where);
}

export function toDataUrl(bytes: Uint8Array, mediaType: string): string {
  const { buffer, byteOffset, byteLength } = bytes;
  return `data:${mediaType};base64,${Buffer.from(buffer, byteOffset, byteLength).toString("base64")}`;
}

function decode(data: unknown, where: string): Uint8Array {
  if (typeof data !== "string") {
    throw new InvalidInputError(`${where} has no data. Pass a Uint8Array, or a base64 string.`);
  }
  const bytes = Buffer.from(data, "base64");
  // Buffer ignores characters that are not base64, so compare what it decoded.
  const letters = (text: string): string => text.replaceAll(/[\s=]/g, "");
  if (letters(bytes.toString("base64")) !== letters(data)) {
    throw new InvalidInputError(`${where} has data that is not base64. Pass a Uint8Array, or a base64 string.`);
  }
  return bytes;
}
