// Images that a tool returns.
import { InvalidInputError } from "../errors/errors.js";
import { checkDataUrl, inlineImage } from "../input/inline-image.js";
import type { ImageMediaType } from "../input/input.js";
import { isJsonObject } from "../internal/json.js";
import { describe } from "../validation/check-options.js";

/** A registered symbol, so that images of another copy of this SDK are recognised. */
const brand: unique symbol = Symbol.for("codex-sdk.ToolImage") as never;

/** An image in the result of a tool. Created by `image()`: other data of this form is not an image. */
export interface ToolImage {
  readonly type: "image";
  /** A `data:` URL. */
  readonly url: string;
  readonly [brand]: true;
}

/**
 * Marks bytes, or a `data:` URL, as an image that a tool returns to the agent: PNG, JPEG, GIF or WebP. A result without
 * the mark is sent as text, even if it has the form of an image, because it may come from an untrusted source.
 * @throws InvalidInputError for anything else, such as a URL to fetch. Fetch it in the tool, if the tool trusts it.
 */
export function image(source: { data: Uint8Array | string; mediaType: ImageMediaType } | { url: string }): ToolImage {
  // Untyped callers can pass any value.
  const given: unknown = source;
  if (!isJsonObject(given)) {
    throw new InvalidInputError(`image() requires { data, mediaType } or { url }, not ${describe(given)}.`);
  }
  const { url, data, mediaType } = given;
  if (url !== undefined && data !== undefined)
    throw new InvalidInputError("image() has both a url and data. Pass one of them.");
  const dataUrl = url === undefined ? inlineImage(data, mediaType, "image()") : checkDataUrl(url, "image()");
  return Object.freeze({ type: "image", url: dataUrl, [brand]: true as const });
}

export function isToolImage(value: unknown): value is ToolImage {
  return isJsonObject(value) && Reflect.get(value, brand) === true && typeof value["url"] === "string";
}
