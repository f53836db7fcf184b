// Detects a repeated append.
import { createHash } from "node:crypto";
import type { ThreadAppend } from "../index.js";

/** A digest of the complete content of an append, before any transform. */
export function digestOf(epoch: number, { version, writes = [], manifest, marks }: ThreadAppend): string {
  const hash = createHash("sha256").update(JSON.stringify([epoch, version, manifest ?? null, marks ?? null]));
  for (const { file, at, bytes, sha256 } of writes) {
    hash.update(JSON.stringify([file, at, bytes.length, sha256])).update(bytes);
  }
  return hash.digest("hex");
}
