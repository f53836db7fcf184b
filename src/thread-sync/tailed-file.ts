// Follows a rollout from the end of its stored copy.
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { StoreError } from "../errors/errors.js";
import { isJsonObject } from "../internal/json.js";
import { parseRecord } from "../rollouts/read-records.js";
import type { FileWrite } from "../thread-store/thread-append.js";

/** The maximum number of bytes per append, unless a single line is longer. */
const pieceBytes = 1024 * 1024;
/** The size of the first read, sufficient for a short turn. */
const usualBytes = 64 * 1024;
const newline = 0x0a;

export class TailedFile {
  readonly path: string;
  /** The stored size in bytes. */
  size = 0;
  #hash: Hash = createHash("sha256");
  /**
   * Kept open, because the file is read at the end of each turn, and Codex appends to the same file while the thread is
   * loaded.
   */
  #handle: FileHandle | undefined;
  #mayHaveMore = false;
  #endedTurn: string | null = null;

  constructor(file: string) {
    this.path = file;
  }

  get name(): string {
    return path.basename(this.path);
  }

  /** Whether there are further lines after the last read. */
  get mayHaveMore(): boolean {
    return this.#mayHaveMore;
  }

  /** The turn of the last recorded end that was read; null if there is none. */
  get endedTurn(): string | null {
    return this.#endedTurn;
  }

  /** Starts after the first `size` bytes, which are stored. @returns their SHA-256. */
  async skip(size: number): Promise<string> {
    this.#hash = createHash("sha256");
    this.size = 0;
    await readPieces(this.path, { start: 0, end: size }, (piece) => {
      this.#hash.update(piece);
      this.size += piece.length;
    });
    return this.#hash.copy().digest("hex");
  }

  /**
   * Reads the next complete lines; undefined if there are none.
   * @throws StoreError if the file no longer contains the stored bytes.
   */
  async next(): Promise<FileWrite | undefined> {
    const bytes = await this.#wholeLines();
    if (bytes === undefined) return undefined;
    this.#endedTurn = lastEnded(bytes) ?? this.#endedTurn;
    return { file: this.name, at: this.size, bytes, sha256: this.#hash.copy().update(bytes).digest("hex") };
  }

  /** Marks the lines as stored. */
  committed({ bytes }: FileWrite): void {
    this.#hash.update(bytes);
    this.size += bytes.length;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async #wholeLines(): Promise<Uint8Array | undefined> {
    this.#handle ??= await openIfExists(this.path);
    this.#mayHaveMore = false;
    if (!this.#handle) return undefined;
    // The end of the last stored line shows that the file was not truncated.
    const before = Math.min(1, this.size);
    for (let length = usualBytes; ; length = Math.max(pieceBytes, length * 2)) {
      const buffer = Buffer.allocUnsafe(before + length);
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.size - before);
      if (before > 0 && (bytesRead === 0 || buffer[0] !== newline)) throw this.#changedError();
      const isFull = bytesRead === buffer.length;
      if (isFull && length < pieceBytes) continue;
      const end = buffer.subarray(0, bytesRead).lastIndexOf(newline) + 1;
      this.#mayHaveMore = isFull;
      if (end > before) return buffer.subarray(before, end);
      if (!isFull) return undefined;
    }
  }

  #changedError(): StoreError {
    return new StoreError(
      `${this.path} no longer contains the first ${this.size} bytes, which the thread store has. Another program changed it. Run the turn again: the file is restored from the store.`,
      { isRetryable: false },
    );
  }
}

const endType = '"type":"task_complete"';

/** The turn of the last line that records an end. */
function lastEnded(lines: Uint8Array): string | undefined {
  const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
  const at = bytes.lastIndexOf(endType);
  if (at === -1) return undefined;
  const line = bytes.toString("utf8", bytes.lastIndexOf(newline, at) + 1, bytes.indexOf(newline, at));
  const payload = parseRecord(line)?.["payload"];
  return isJsonObject(payload) && typeof payload["turn_id"] === "string" ? payload["turn_id"] : undefined;
}

/** A thread without a turn does not have a file. */
async function openIfExists(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, "r");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Reads a part of a file in pieces. A shorter file returns its existing bytes. */
export async function readPieces(
  file: string,
  { start, end }: { start: number; end: number },
  onPiece: (piece: Uint8Array) => void,
): Promise<void> {
  const handle = await open(file, "r");
  try {
    const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(1, end - start)));
    for (let at = start; at < end;) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - at), at);
      if (bytesRead === 0) return;
      onPiece(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
