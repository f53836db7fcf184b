// Splits bytes into lines. Only LF ends a line; `node:readline` also splits at U+2028, which JSON allows in strings.
import { constants } from "node:buffer";

export interface LineSplitterOptions {
  /** The maximum length of a line in bytes. @defaultValue 256 MiB */
  maxLineBytes?: number | undefined;
  /** Called once for each longer line, which is dropped. `bytes` is its length so far. */
  onOverflow?: ((bytes: number) => void) | undefined;
}

const lineFeed = 0x0a;
const defaultMaxLineBytes = 256 * 1024 * 1024;
/** Smaller chunks are copied together, so that a long line in small chunks does not create an object for each. */
const smallChunkBytes = 4096;
const slabBytes = 64 * 1024;
/** The maximum that is decoded at once must fit into one string. */
const maxBlockBytes = 64 * 1024 * 1024;

/** Calls `onLine` for each line that is not empty, without its LF or CRLF; invalid UTF-8 becomes U+FFFD. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #onOverflow: ((bytes: number) => void) | undefined;
  readonly #maxLineBytes: number;
  /** The current line: whole chunks, or buffers filled with small ones. */
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #slab = Buffer.alloc(0);
  #slabUsed = 0;
  #isSkipping = false;

  constructor(onLine: (line: string) => void, options: LineSplitterOptions = {}) {
    this.#onLine = onLine;
    this.#onOverflow = options.onOverflow;
    const maxLineBytes = options.maxLineBytes ?? defaultMaxLineBytes;
    this.#maxLineBytes = Math.min(maxLineBytes, constants.MAX_STRING_LENGTH - maxBlockBytes);
  }

  push(chunk: Uint8Array): void {
    if (chunk.length <= maxBlockBytes) return this.#split(chunk);
    for (let start = 0; start < chunk.length; start += maxBlockBytes) {
      this.#split(chunk.subarray(start, start + maxBlockBytes));
    }
  }

  /** Emits a last line that does not end with LF. */
  flush(): void {
    const last = this.#isSkipping ? "" : this.#takePending().toString("utf8");
    this.#isSkipping = false;
    this.#emit(last);
  }

  #split(chunk: Uint8Array): void {
    const firstEnd = chunk.indexOf(lineFeed);
    if (firstEnd === -1) {
      this.#bufferPart(chunk);
      return;
    }
    this.#bufferPart(chunk.subarray(0, firstEnd));
    if (this.#isSkipping) this.#isSkipping = false;
    else this.#emit(this.#takePending().toString("utf8"));

    const lastEnd = chunk.lastIndexOf(lineFeed);
    this.#emitLines(chunk.subarray(firstEnd + 1, lastEnd + 1));
    this.#bufferPart(chunk.subarray(lastEnd + 1));
  }

  /** Emits a block of complete lines: decoded once, then sliced. */
  #emitLines(block: Uint8Array): void {
    if (block.length > this.#maxLineBytes) return this.#emitMeasured(block);
    const text = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString("utf8");
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      this.#emit(text.slice(start, end));
      start = end + 1;
    }
  }

  /** Like `#emitWhole`, for a block in which a line may be too long. */
  #emitMeasured(block: Uint8Array): void {
    let start = 0;
    for (let end = block.indexOf(lineFeed); end !== -1; end = block.indexOf(lineFeed, start)) {
      this.#bufferPart(block.subarray(start, end));
      if (this.#isSkipping) this.#isSkipping = false;
      else this.#emit(this.#takePending().toString("utf8"));
      start = end + 1;
    }
  }

  #emit(line: string): void {
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (text !== "") this.#onLine(text);
  }

  #bufferPart(bytes: Uint8Array): void {
    if (this.#isSkipping || bytes.length === 0) return;
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes > this.#maxLineBytes) {
      const tooMany = this.#pendingBytes;
      this.#dropPending();
      this.#isSkipping = true;
      this.#onOverflow?.(tooMany);
    } else if (bytes.length >= smallChunkBytes) {
      this.#closeSlab();
      this.#pending.push(bytes);
    } else {
      this.#copyToSlab(bytes);
    }
  }

  #copyToSlab(bytes: Uint8Array): void {
    if (this.#slabUsed + bytes.length > this.#slab.length) {
      this.#closeSlab();
      this.#slab = Buffer.allocUnsafeSlow(slabBytes);
    }
    this.#slab.set(bytes, this.#slabUsed);
    this.#slabUsed += bytes.length;
  }

  #closeSlab(): void {
    if (this.#slabUsed > 0) this.#pending.push(this.#slab.subarray(0, this.#slabUsed));
    this.#slab = this.#slab.subarray(this.#slabUsed);
    this.#slabUsed = 0;
  }

  #takePending(): Buffer {
    this.#closeSlab();
    const [only] = this.#pending;
    const whole =
      only && this.#pending.length === 1
        ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
        : Buffer.concat(this.#pending);
    this.#dropPending();
    return whole;
  }

  #dropPending(): void {
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#slabUsed = 0;
  }
}
