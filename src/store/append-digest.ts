// Recognises the repeat of an append.
import { createHash } from "node:crypto";
import type { ThreadAppend } from "../index.js";

/** Of all that an append says and writes, before any transform. */
export function digestOf(epoch: number, { version, writes = [], manifest, marks }: ThreadAppend): string {
  const hash = createHash("sha256").update(JSON.stringify([epoch, version, manifest ?? null, marks ?? null]));
  for (const { file, at, bytes, sha256 } of writes) {
    hash.update(JSON.stringify([file, at, bytes.length, sha256])).update(bytes);
  }
  return hash.digest("hex");
}
