// Recognises the images that codex can read by their first bytes.
import type { ImageMediaType } from "./input.js";

/** How many bytes it takes to tell. */
export const signatureLength = 12;

export const imageKinds = "PNG, JPEG, GIF or WebP";

/** In hexadecimal. */
const signatures: readonly [ImageMediaType, RegExp][] = [
  ["image/png", /^89504e470d0a1a0a/],
  ["image/jpeg", /^ffd8ff/],
  ["image/gif", /^474946383[79]61/],
  ["image/webp", /^52494646.{8}57454250/],
];

/** What kind of image starts like `bytes`; undefined when none that codex can read. */
export function mediaTypeOf(bytes: Uint8Array): ImageMediaType | undefined {
  const start = Buffer.from(bytes.subarray(0, signatureLength)).toString("hex");
  return signatures.find(([, signature]) => signature.test(start))?.[0];
}
