// The last of what a process wrote to stderr, fit to be shown.
import { stripVTControlCharacters } from "node:util";
import { redact } from "../redaction/redact.js";

const shownBytes = 8 * 1024;
/** More is kept than is shown, so that a secret at the cut is still whole when it is looked for. */
const keptBytes = 2 * shownBytes;

export class StderrTail {
  readonly #secrets: readonly string[];
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > 2 * keptBytes || this.#chunks.length > 1000) this.#compact();
  }

  /** At most 8 KiB, without terminal colours, without secrets. */
  toString(): string {
    this.#compact();
    const text = stripVTControlCharacters(Buffer.concat(this.#chunks).toString("utf8"));
    return lastBytes(redact(text, this.#secrets)).trim();
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
