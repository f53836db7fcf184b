// The end of a process's stderr.
import { stripVTControlCharacters } from "node:util";
import type { Redactor } from "../redaction/redactor.js";

const shownBytes = 8 * 1024;
/** More is stored than is shown, so that a secret at the cut is complete when it is redacted. */
const keptBytes = 2 * shownBytes;

export class StderrTail {
  readonly #redactor: Redactor;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > 2 * keptBytes || this.#chunks.length > 1000) this.#compact();
  }

  /** At most 8 KiB, without terminal colours, redacted. */
  toString(): string {
    return lastBytes(this.#redactor.redact(this.#text())).trim();
  }

  /** Not redacted. Use it for decisions only, never show it. */
  toRawString(): string {
    return lastBytes(this.#text()).trim();
  }

  #text(): string {
    this.#compact();
    return stripVTControlCharacters(Buffer.concat(this.#chunks).toString("utf8"));
  }

  #compact(): void {
    const all = Buffer.concat(this.#chunks);
    const kept = Buffer.from(all.subarray(Math.max(0, all.length - keptBytes)));
    this.#chunks = [kept];
    this.#bytes = kept.length;
  }
}

function lastBytes(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= shownBytes) return text;
  // The cut may be inside a character.
  return bytes
    .subarray(bytes.length - shownBytes)
    .toString("utf8")
    .replace(/^\uFFFD+/, "");
}
