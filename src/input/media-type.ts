// Recognises the image formats that Codex can read by their first bytes.
import type { ImageMediaType } from "./input.js";

/** The number of bytes that the longest signature spans. */
export const signatureLength = 12;

export const imageKinds = "PNG, JPEG, GIF or WebP";

/** In hexadecimal. */
const signatures: readonly [ImageMediaType, RegExp][] = [
  ["image/png", /^89504e470d0a1a0a/],
  ["image/jpeg", /^ffd8ff/],
  ["image/gif", /^474946383[79]61/],
  ["image/webp", /^52494646.{8}57454250/],
];

/** The format of the image that starts with `bytes`; undefined if Codex cannot read it. */
export function mediaTypeOf(bytes: Uint8Array): ImageMediaType | undefined {
  const start = Buffer.from(bytes.subarray(0, signatureLength)).toString("hex");
  return signatures.find(([, signature]) => signature.test(start))?.[0];
}
