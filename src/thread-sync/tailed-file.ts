// A rollout that Codex writes, followed from where the store's copy ends.
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { open } from "node:fs/promises";
import path from "node:path";
import type { FileWrite } from "../thread-store/thread-append.js";

/** How much is read and sent at once, unless a single line is longer. */
const pieceBytes = 1024 * 1024;
const newline = 0x0a;

export class TailedFile {
  readonly path: string;
  /** How many bytes the store has. */
  size = 0;
  #hash: Hash = createHash("sha256");

  constructor(file: string) {
    this.path = file;
  }

  get name(): string {
    return path.basename(this.path);
  }

  /** Begins after the first `size` bytes, which the store has. @returns their SHA-256. */
  async skip(size: number): Promise<string> {
    this.#hash = createHash("sha256");
    this.size = 0;
    await readPieces(this.path, { start: 0, end: size }, (piece) => {
      this.#hash.update(piece);
      this.size += piece.length;
    });
    return this.#hash.copy().digest("hex");
  }

  /** The whole lines that follow; undefined when there are none yet. */
  async next(): Promise<FileWrite | undefined> {
    const bytes = await this.#wholeLines();
    if (bytes === undefined) return undefined;
    return { file: this.name, at: this.size, bytes, sha256: this.#hash.copy().update(bytes).digest("hex") };
  }

  /** The store has them. */
  committed({ bytes }: FileWrite): void {
    this.#hash.update(bytes);
    this.size += bytes.length;
  }

  async #wholeLines(): Promise<Uint8Array | undefined> {
    const handle = await open(this.path, "r").catch((error: unknown) => {
      // A thread without a turn has no file.
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (!handle) return undefined;
    try {
      const available = (await handle.stat()).size - this.size;
      for (let length = Math.min(available, pieceBytes); length > 0; length = Math.min(available, length * 2)) {
        const buffer = Buffer.allocUnsafe(length);
        const { bytesRead } = await handle.read(buffer, 0, length, this.size);
        const end = buffer.subarray(0, bytesRead).lastIndexOf(newline) + 1;
        if (end > 0) return buffer.subarray(0, end);
        if (length === available || bytesRead < length) return undefined;
      }
      return undefined;
    } finally {
      await handle.close();
    }
  }
}

/** Reads a part of a file piece by piece. A file that ends before gives what it has. */
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
